//! The manifest of a project.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    recto_fuzz::manifest(bytes);
});
