//! The audit: finished files, opened again and searched for what must not be in
//! them.
//!
//! Does: reads PDFs, EPUBs, Anki packages and loose files as their
//! specifications have them, and finds (a) anything in pictures and metadata
//! that is on no list, and (b) texts that pictures of the sources brought along.
//! Knows: the formats of outputs, origins of pictures. Must not know: how any
//! file was made. It trusts no writer, and shares no code with the cleaning of
//! pictures: what one of the two has wrong, the other finds.
//!
//! 1. [`audit`] opens every file and gathers a [`Report`].
//! 2. [`Report::diagnostics`] says what is wrong, with masked values;
//!    [`Report::to_json`] is the report for the record, with none.

mod anki;
mod clean;
mod epub;
mod package;
mod pdf;
mod raster;
mod report;
mod search;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Cursor, Read, Seek};
use std::sync::{Mutex, PoisonError};

use blake3::Hash;

use self::clean::Clean;
pub use self::report::{FILE, OutputRecord, PictureRecord, Report};
use self::search::{Needles, Zone};
use crate::files::{Cache, Spooled};
use crate::model::Origin;
use crate::source::ProjectPath;

/// The most bytes that one stream or entry may have, unpacked.
const MAX_UNPACKED: usize = 1 << 30;

/// What files are searched for.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What the pictures of the sources brought along.
    pub origins: &'a BTreeMap<ProjectPath, Origin>,
    /// The author's own texts, with those of layouts and of Recto: what stands
    /// in them may stand in an output.
    pub texts: &'a [&'a str],
}

/// Something wrong in an output.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    output: ProjectPath,
    /// Where in it: "EPUB/images/a.jpg, a comment".
    place: String,
    trouble: Trouble,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Trouble {
    /// A text that a picture brought along, by its number; in a file's name, or
    /// elsewhere.
    Identifier { number: usize, in_name: bool },
    /// Something that is on no list, in words.
    Foreign(String),
}

/// What earlier audits found.
#[derive(Debug, Clone, Copy)]
pub struct Earlier<'a> {
    /// Where it is kept.
    pub cache: &'a dyn Cache,
    /// What tells the program that it is kept by from all others.
    pub program: &'a str,
}

/// What is in a file.
#[derive(Clone, Copy)]
pub enum Contents<'a> {
    /// These bytes.
    Here(&'a [u8]),
    /// Bytes of this hash, which are read if nothing is known of them; `None` if they
    /// are no longer there.
    Elsewhere(Hash, &'a (dyn Fn() -> Option<Vec<u8>> + Sync)),
    /// A file that is read piece by piece.
    Spooled(&'a Spooled),
}

/// Opens files, on `jobs` threads, and gathers what is in them and should not. A
/// file that an earlier audit found clean is not opened again if it would search it
/// for the same.
pub fn audit(
    outputs: &[(&ProjectPath, Contents<'_>)],
    subject: &Subject,
    jobs: usize,
    earlier: Option<Earlier>,
) -> Report {
    let needles = Needles::new(subject.origins);
    let authored = needles.authored(subject);
    let clean = earlier.map(|earlier| Clean::new(earlier, &needles, &authored));
    let queue = Mutex::new(outputs.iter());
    let done = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((path, contents)) = next else { return };
            let open = || {
                let mut auditor = Auditor::new(path, &needles, &authored);
                match contents {
                    Contents::Here(bytes) => auditor.open(bytes),
                    Contents::Spooled(spooled) => auditor.open_spooled(spooled),
                    Contents::Elsewhere(hash, read) => match read() {
                        Some(bytes) if blake3::hash(&bytes) == *hash => auditor.open(&bytes),
                        _ => auditor.foreign("", "was changed while it was being looked at"),
                    },
                }
                auditor.finish()
            };
            let hash = || match contents {
                Contents::Here(bytes) => blake3::hash(bytes),
                Contents::Elsewhere(hash, _) => *hash,
                Contents::Spooled(spooled) => spooled.hash,
            };
            let opened = match &clean {
                Some(clean) => clean.or_open(path, hash(), open),
                None => open(),
            };
            done.lock().unwrap_or_else(PoisonError::into_inner).push(opened);
        }
    };
    // This thread works, too: what it freed before has room for what it needs now.
    std::thread::scope(|scope| {
        for _ in 1..jobs.clamp(1, outputs.len().max(1)) {
            scope.spawn(work);
        }
        work();
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    Report::new(done, &needles, subject.origins)
}

/// What was found in one output.
#[derive(Debug)]
struct Opened {
    record: OutputRecord,
    findings: BTreeSet<Finding>,
    /// Texts of pictures that the author has, too.
    shared: BTreeSet<usize>,
}

/// Opens one output.
struct Auditor<'a> {
    output: &'a ProjectPath,
    needles: &'a Needles,
    authored: &'a BTreeSet<usize>,
    kind: &'static str,
    pictures: usize,
    findings: BTreeSet<Finding>,
    shared: BTreeSet<usize>,
}

impl<'a> Auditor<'a> {
    fn new(output: &'a ProjectPath, needles: &'a Needles, authored: &'a BTreeSet<usize>) -> Self {
        Self {
            output,
            needles,
            authored,
            kind: "file",
            pictures: 0,
            findings: BTreeSet::new(),
            shared: BTreeSet::new(),
        }
    }

    /// Opens a file without having it in memory, if it is of a kind that can be read so.
    fn open_spooled(&mut self, spooled: &Spooled) {
        let opened = spooled.read(|spool| {
            let extension = self.output.extension();
            if !matches!(extension.as_str(), "epub" | "apkg" | "csv") {
                let mut bytes = Vec::new();
                spool.read_to_end(&mut bytes)?;
                self.open(&bytes);
                return Ok(());
            }
            self.search("its name", self.output.as_str().as_bytes(), Zone::Name);
            match extension.as_str() {
                "epub" => {
                    self.kind = "EPUB";
                    epub::open(spool, spooled.size, self);
                }
                "apkg" => {
                    self.kind = "Anki package";
                    anki::open(spool, spooled.size, self);
                }
                _ => self.search_read("its text", spool, Zone::Text)?,
            }
            spool.rewind()?;
            self.search_read("its bytes", spool, Zone::Raw)
        });
        if opened.is_err() {
            self.foreign("", "cannot be read");
        }
    }

    fn open(&mut self, bytes: &[u8]) {
        self.search("its name", self.output.as_str().as_bytes(), Zone::Name);
        match self.output.extension().as_str() {
            "pdf" => {
                self.kind = "PDF";
                pdf::open(bytes, self);
            }
            "epub" => {
                self.kind = "EPUB";
                epub::open(&mut Cursor::new(bytes), bytes.len() as u64, self);
            }
            "apkg" => {
                self.kind = "Anki package";
                anki::open(&mut Cursor::new(bytes), bytes.len() as u64, self);
            }
            _ if raster::is_picture(bytes) => {
                self.kind = "picture";
                self.picture("", bytes);
            }
            "jpg" | "jpeg" | "png" | "gif" | "webp" | "tif" | "tiff" | "bmp" | "svg" => {
                self.foreign("", "is a picture that is neither JPEG nor PNG");
            }
            _ => self.search("its text", bytes, Zone::Text),
        }
        self.search("its bytes", bytes, Zone::Raw);
    }

    /// Looks at a picture, which must be JPEG or PNG, and nothing but pixels.
    fn picture(&mut self, place: &str, bytes: &[u8]) {
        self.pictures += 1;
        raster::open(place, bytes, self);
    }

    /// Notes something that is on no list.
    fn foreign(&mut self, place: &str, what: impl Into<String>) {
        self.findings.insert(Finding {
            output: self.output.clone(),
            place: place.to_owned(),
            trouble: Trouble::Foreign(what.into()),
        });
    }

    /// Searches bytes for what pictures brought along.
    fn search(&mut self, place: &str, bytes: &[u8], zone: Zone) {
        self.note(place, self.needles.find(bytes, zone), zone);
    }

    /// Searches what a reader has.
    fn search_read(&mut self, place: &str, reader: &mut dyn Read, zone: Zone) -> io::Result<()> {
        let found = self.needles.find_read(reader, zone)?;
        self.note(place, found, zone);
        Ok(())
    }

    fn note(&mut self, place: &str, found: BTreeSet<usize>, zone: Zone) {
        for number in found {
            if zone.is_text() && self.authored.contains(&number) {
                self.shared.insert(number);
                continue;
            }
            self.findings.insert(Finding {
                output: self.output.clone(),
                place: place.to_owned(),
                trouble: Trouble::Identifier { number, in_name: zone == Zone::Name },
            });
        }
    }

    fn finish(self) -> Opened {
        let record = OutputRecord {
            path: self.output.to_string(),
            recorded: String::new(),
            kind: self.kind,
            pictures: self.pictures,
            findings: self.findings.len(),
        };
        Opened { record, findings: self.findings, shared: self.shared }
    }
}

/// Puts two parts of a place together.
fn within(place: &str, part: &str) -> String {
    match (place, part) {
        ("", part) => part.to_owned(),
        (place, "") => place.to_owned(),
        (place, part) => format!("{place}, {part}"),
    }
}

/// Says how much there is after an end.
fn after_end(rest: &[u8]) -> String {
    match rest.len() {
        1 => "has 1 byte after its end".into(),
        length => format!("has {length} bytes after its end"),
    }
}
