//! Editions to artifacts: one writer for each output.
//!
//! Knows: the model, layouts, messages, words. Must not know: readers,
//! resolving, the disk. The writers know nothing of each other either; what two
//! of them need lives on this floor: [`html`] turns blocks into XHTML,
//! [`overlay`] turns marks into outlines, [`illustration`] bakes them into
//! pictures.

pub mod anki;
pub mod artifact;
pub mod epub;
pub mod html;
pub mod illustration;
pub mod license;
pub mod mathml;
pub mod overlay;
pub mod pdf;
pub mod plates;
pub mod press;
pub mod template;
