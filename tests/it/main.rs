//! The integration tests: one binary, for Typst is linked into it. Read
//! `tests/README.md` first.

mod agree;
mod anki;
mod asked;
mod book;
mod budget;
mod case;
mod cite;
mod cli;
mod columns;
mod contract;
mod drawings;
#[cfg(feature = "dicom")]
mod drawn;
mod entries;
mod epub;
mod guide;
mod imposed;
mod judge;
mod kitchen;
mod layouts;
mod lists;
mod looks;
mod marks;
mod montage;
mod outputs;
mod pagination;
mod pdf;
mod pictures;
mod pixels;
mod plain;
mod plant;
mod press;
mod printing;
mod privacy;
#[cfg(feature = "dicom")]
mod radiology;
mod read;
mod record;
mod retired;
mod robust;
mod samples;
mod schema;
mod scripts;
mod sheets;
mod show;
mod spoken;
mod steps;
mod tags;
mod tidy;
mod topic_works;
mod twins;
mod variants;
mod watch;
mod whole;
mod works;
