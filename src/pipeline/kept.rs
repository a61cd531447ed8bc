//! Finished pages that an earlier build made of the same: what is in a document, not
//! when it was written, decides whether it is made again.

use std::fmt::Write;
use std::sync::Arc;

use blake3::{Hash, Hasher};

use super::pages::{Fit, LaidOut, options};
use super::{Loaded, Press, Publication, Request};
use crate::files::Cache;
use crate::trace::{Piece, Trace};
use crate::write::pdf::Extent;
use crate::write::pdf::kept::{self, Ingredients};

/// What earlier builds made.
#[derive(Debug)]
pub(super) struct Kept {
    cache: Arc<dyn Cache>,
    /// A hash of the program and the files of layouts; `None` if nothing can be
    /// kept, for it is not known which program this is, or the machine has a part
    /// in it.
    base: Option<Hash>,
    trace: Arc<dyn Trace>,
}

impl Kept {
    /// Opens what earlier builds of a project made.
    pub(super) fn new(loaded: &Loaded, request: &Request) -> Self {
        let program = request.program.as_ref().filter(|_| request.system_fonts.is_empty());
        let base = program.map(|program| {
            let mut hasher = Hasher::new();
            hasher.update(program.as_bytes());
            hasher.update(loaded.layouts.fingerprint().as_bytes());
            hasher.finalize()
        });
        Self { cache: Arc::clone(&request.cache), base, trace: Arc::clone(&request.trace) }
    }

    /// Returns what a publication is made of: as it is known of the same edition, or found
    /// out anew.
    fn ingredients(&self, one: &Publication, press: &Press, base: Hash) -> Ingredients {
        let options = options(one, press);
        let mut hasher = Hasher::new();
        hasher.update(base.as_bytes());
        hasher.update(kept::digest(&one.edition, &one.layout, &options).as_bytes());
        let key = format!("edition-{}", hasher.finalize().to_hex());
        if let Some(hash) = self.cache.get(&key).and_then(|kept| read_hash(&kept)) {
            return kept::known(&one.edition, hash);
        }
        let made_of = kept::ingredients(&one.edition, &one.layout, &options);
        self.cache.put(&key, made_of.hash.to_hex().as_bytes());
        made_of
    }

    /// Returns publications that are set alike, as they were made before, or makes
    /// them. What failed is made again.
    pub(super) fn or_make(
        &self,
        group: &[&Publication],
        press: &Press,
        make: impl FnOnce() -> Vec<LaidOut>,
    ) -> Vec<LaidOut> {
        let named = group.first().map_or("", |one| one.path.as_str());
        let make = || {
            let _piece = Piece::begin(self.trace.as_ref(), "lay out", named);
            make()
        };
        let Some(base) = self.base else { return make() };
        let piece = Piece::begin(self.trace.as_ref(), "look up", named);
        let made_of: Vec<Ingredients> =
            group.iter().map(|one| self.ingredients(one, press, base)).collect();
        let mut hasher = Hasher::new();
        hasher.update(base.as_bytes());
        for (publication, of) in group.iter().zip(&made_of) {
            // How its layout may be set otherwise, so that it fits.
            let budget = publication.budget.as_ref().map(|budget| budget.value);
            let measures = budget.map(|_| publication.layout.measures(publication.large));
            hasher.update(of.hash.as_bytes());
            hasher.update(format!("{budget:?} {measures:?}").as_bytes());
        }
        let of_group = hasher.finalize();
        let key = |place: usize| format!("pages-{}-{place}", of_group.to_hex());
        let kept: Option<Vec<LaidOut>> = made_of
            .iter()
            .enumerate()
            .map(|(place, of)| read(&self.cache.get(&key(place))?, of))
            .collect();
        if let Some(kept) = kept {
            return kept;
        }
        drop(piece);
        let made = make();
        for (place, (made, of)) in made.iter().zip(&made_of).enumerate() {
            if let Some(bytes) = write(made, of) {
                self.cache.put(&key(place), &bytes);
            }
        }
        made
    }
}

/// Returns what a cache kept of a hash.
fn read_hash(bytes: &[u8]) -> Option<Hash> {
    Hash::from_hex(bytes).ok()
}

/// Writes a publication: a line of how it was made to fit, and the rest.
fn write(made: &LaidOut, of: &Ingredients) -> Option<Vec<u8>> {
    let pages = made.pages.as_ref().ok()?;
    let mut line = String::new();
    if let Some(Fit { measure, extent }) = &made.fit {
        let _ = write!(line, "{} {} {measure}", extent.pages, extent.filled.to_bits());
    }
    line.push('\n');
    Some([line.into_bytes(), kept::write(pages, of)].concat())
}

fn read(bytes: &[u8], of: &Ingredients) -> Option<LaidOut> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at(end);
    let line = std::str::from_utf8(line).ok()?;
    let fit = if line.is_empty() {
        None
    } else {
        let mut words = line.splitn(3, ' ');
        let pages = words.next()?.parse().ok()?;
        let filled = f64::from_bits(words.next()?.parse().ok()?);
        Some(Fit { extent: Extent { pages, filled }, measure: words.next()?.to_owned() })
    };
    Some(LaidOut { pages: Ok(kept::read(rest.get(1..)?, of)?), fit, is_kept: true })
}
