//! Topics in Markdown.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    recto_fuzz::topic("sources/t.md", bytes);
});
