//! Recto.
pub mod cli;
pub mod diag;
pub mod files;
pub mod layout;
pub mod ledger;
pub mod model;
pub mod pipeline;
pub mod project;
pub mod read;
pub mod resolve;
pub mod scaffold;
pub mod source;
pub mod words;
pub mod write;
pub mod yaml;
