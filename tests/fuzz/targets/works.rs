//! Bibliographies; the first byte chooses what they are written in.
#![no_main]

use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 5] = ["w.bib", "w.json", "w.nbib", "w.ris", "w.yaml"];

fuzz_target!(|bytes: &[u8]| {
    if let [first, bytes @ ..] = bytes {
        let name = NAMES[usize::from(*first) % NAMES.len()];
        recto_fuzz::works(&format!("sources/{name}"), bytes);
    }
});
