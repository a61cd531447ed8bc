//! Finished pages that an earlier build made of the same: what is in a document, not
//! when it was written, decides whether it is made again.

use std::fmt::Write;
use std::sync::{Arc, PoisonError};

use blake3::{Hash, Hasher};

use super::origin::{self, Origins, Settled};
use super::pages::{Fit, LaidOut, options};
use super::plates::PlatesOf;
use super::{Loaded, Place, Press, Publication, Request, Results, Stored};
use crate::files::Cache;
use crate::layout::Layout;
use crate::model::Edition;
use crate::parallel::in_order;
use crate::trace::{Piece, Trace};
use crate::write::pdf::kept::{self, Ingredients};
use crate::write::pdf::{self, Extent, LayoutProblem, Pages};

/// What earlier builds made.
#[derive(Debug)]
pub(super) struct Kept {
    cache: Arc<dyn Cache>,
    /// A hash of the program and the files of layouts; `None` if nothing can be
    /// kept, for it is not known which program this is, or the machine has a part
    /// in it.
    base: Option<Hash>,
    results: Results,
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
        let (cache, results) = (Arc::clone(&request.cache), request.results.clone());
        Self { cache, base, results, trace: Arc::clone(&request.trace) }
    }

    /// Adds the file of pages that were kept, unless it lies among the results: so nobody
    /// reads what need not be written. Sheets are made of bytes.
    fn with_bytes(&self, found: Found, one: &Publication, key: &str) -> Option<LaidOut> {
        let Found { mut laid_out, hash } = found;
        let untouched = self.results.untouched(&one.path, &hash);
        match untouched.filter(|_| one.sheets.is_empty()) {
            Some(file) => laid_out.stored = Some(file.clone()),
            None => {
                let hash = Hash::from_hex(hash).ok()?;
                let bytes = self.cache.get_unverified(key);
                let bytes = bytes.filter(|bytes| blake3::hash(bytes) == hash)?;
                if let Ok(pages) = &mut laid_out.pages {
                    pages.bytes = bytes;
                }
                store(&mut laid_out, one, key, hash);
            }
        }
        Some(laid_out)
    }

    /// Returns what a publication is made of: as it is known of the same edition, or found
    /// out anew.
    fn ingredients(&self, one: &Publication, press: &Press, base: Hash) -> Ingredients {
        let options = options(one, press);
        let make = || kept::ingredients(one.edition(), &one.layout, &options);
        let Some(digest) = kept::digest(one.edition(), &one.layout, &options) else {
            return make();
        };
        let mut hasher = Hasher::new();
        hasher.update(base.as_bytes());
        hasher.update(digest.as_bytes());
        let key = format!("edition-{}", hasher.finalize().to_hex());
        if let Some(hash) = self.cache.get(&key).and_then(|kept| read_hash(&kept)) {
            return kept::known(one.edition(), hash);
        }
        let made_of = make();
        self.cache.put(&key, made_of.hash.to_hex().as_bytes());
        made_of
    }

    /// Finds handouts that earlier builds made of the same texts, and notes what is known
    /// of them: so they need not be resolved. Those that are set alike are found together.
    pub(super) fn settle(
        &self,
        publications: &mut [Publication],
        groups: &[Vec<usize>],
        origins: &Origins,
        press: &Press,
    ) {
        let Some(base) = self.base else { return };
        let _piece = Piece::begin(self.trace.as_ref(), "settle", "");
        let shared: &[Publication] = publications;
        let settled = in_order(press.jobs, groups, |group| {
            let members: Vec<_> = group.iter().filter_map(|index| shared.get(*index)).collect();
            let of_group = of_origin(base, &members, origins, press)?;
            let read = members.iter().enumerate().map(|(place, one)| {
                origin::read(&self.cache.get(&origin_key(&of_group, place))?, one)
            });
            read.collect::<Option<Vec<Settled>>>()
        });
        for (group, settled) in groups.iter().zip(settled) {
            for (index, settled) in group.iter().zip(settled.into_iter().flatten()) {
                if let Some(publication) = publications.get_mut(*index) {
                    publication.settled = Some(settled);
                }
            }
        }
    }

    /// Keeps what is known of publications that are set alike for [`Kept::settle`].
    fn remember(
        &self,
        group: &[&Publication],
        (base, origins): (Hash, &Origins),
        press: &Press,
        known: &[(&Ingredients, Vec<u8>, String)],
    ) {
        if !group.iter().all(|one| one.content.is_clean()) {
            return;
        }
        let Some(of_group) = of_origin(base, group, origins, press) else { return };
        for (place, (one, (of, known, file))) in group.iter().zip(known).enumerate() {
            if let Some(bytes) = origin::write(one, of, known, file) {
                self.cache.put(&origin_key(&of_group, place), &bytes);
            }
        }
    }

    /// Returns publications that are settled with their files; `None` if one is not, or its
    /// file is gone.
    fn settled(&self, group: &[&Publication]) -> Option<Vec<LaidOut>> {
        let take = |one: &&Publication| {
            let settled = one.settled.as_ref()?;
            let found = settled.found.lock().unwrap_or_else(PoisonError::into_inner).take()?;
            self.with_bytes(found, one, &settled.file)
        };
        group.iter().map(take).collect()
    }

    /// Returns publications that are set alike, as they were made before, or makes
    /// them of what they are made of. What failed is made again.
    pub(super) fn or_make(
        &self,
        group: &[&Publication],
        origins: &Origins,
        press: &Press,
        make: impl FnOnce(&[Ingredients]) -> Vec<LaidOut>,
    ) -> Vec<LaidOut> {
        let named = group.first().map_or("", |one| one.path.as_str());
        if let Some(settled) = self.settled(group) {
            return settled;
        }
        let make = |made_of: &[Ingredients]| {
            let _piece = Piece::begin(self.trace.as_ref(), "lay out", named);
            make(made_of)
        };
        let Some(base) = self.base else { return make(&[]) };
        let piece = Piece::begin(self.trace.as_ref(), "look up", named);
        let made_of: Vec<Ingredients> =
            group.iter().map(|one| self.ingredients(one, press, base)).collect();
        let of_group = of_group(base, group, made_of.iter().map(|of| of.hash));
        let mut kept = Vec::new();
        let mut all_known = Vec::new();
        for (place, (one, of)) in group.iter().zip(&made_of).enumerate() {
            let Keys { known, file } = Keys::of(&of_group, place);
            let Some(known) = self.cache.get(&known) else { break };
            let found = read(&known, of).and_then(|found| self.with_bytes(found, one, &file));
            kept.extend(found);
            all_known.push((of, known, file));
        }
        if kept.len() == group.len() {
            self.remember(group, (base, origins), press, &all_known);
            return kept;
        }
        drop(piece);
        all_known.clear();
        let mut made = make(&made_of);
        for (place, (made, (one, of))) in
            made.iter_mut().zip(group.iter().zip(&made_of)).enumerate()
        {
            let Ok(pages) = &made.pages else { continue };
            let Keys { known: key, file } = Keys::of(&of_group, place);
            let hash = blake3::hash(&pages.bytes);
            let known = write(made, pages, of, &hash);
            self.cache.put(&key, &known);
            if self.cache.put_hashed(&file, &pages.bytes, &hash) {
                store(made, one, &file, hash);
                all_known.push((of, known, file));
            }
        }
        if all_known.len() == group.len() {
            self.remember(group, (base, origins), press, &all_known);
        }
        made
    }

    /// Returns bytes of a kind, as they were made before of the same, or makes them.
    pub(super) fn bytes_or_make(
        &self,
        kind: &str,
        made_of: &Hash,
        make: impl FnOnce() -> Option<Vec<u8>>,
    ) -> Option<Vec<u8>> {
        let Some(base) = self.base else { return make() };
        let mut hasher = Hasher::new();
        hasher.update(base.as_bytes()).update(made_of.as_bytes());
        let key = format!("{kind}-{}", hasher.finalize().to_hex());
        self.cache.get(&key).or_else(|| {
            let made = make()?;
            self.cache.put(&key, &made);
            Some(made)
        })
    }

    /// Returns pages of an edition, as they were made before, or makes them.
    pub(super) fn pages_or_make(
        &self,
        edition: &Edition,
        layout: &Layout,
        options: &pdf::Options,
        make: impl FnOnce(Option<&Ingredients>) -> Result<Pages, Vec<LayoutProblem>>,
    ) -> Result<Pages, Vec<LayoutProblem>> {
        let Some(base) = self.base else { return make(None) };
        let of = kept::ingredients(edition, layout, options);
        let mut hasher = Hasher::new();
        hasher.update(base.as_bytes());
        hasher.update(of.hash.as_bytes());
        let Keys { known, file } = Keys::of(&hasher.finalize(), 0);
        let pages = self.cache.get(&known).and_then(|bytes| kept::read(&bytes, &of));
        if let Some(pages) = pages
            && let Some(bytes) = self.cache.get(&file)
        {
            return Ok(Pages { bytes, ..pages });
        }
        let made = make(Some(&of))?;
        self.cache.put(&known, &kept::write(&made, &of));
        self.cache.put(&file, &made.bytes);
        Ok(made)
    }
}

/// Returns a hash of what publications that are set alike are made of, by the program and
/// what each of them is made of.
fn of_group(base: Hash, group: &[&Publication], made_of: impl IntoIterator<Item = Hash>) -> Hash {
    let mut hasher = Hasher::new();
    hasher.update(base.as_bytes());
    for (publication, of) in group.iter().zip(made_of) {
        // How its layout may be set otherwise, so that it fits.
        let budget = publication.budget.as_ref().map(|budget| budget.value);
        let measures = budget.map(|_| publication.layout.measures(publication.large));
        hasher.update(of.as_bytes());
        hasher.update(format!("{budget:?} {measures:?}").as_bytes());
        // What its pages become is not known to those who set them.
        let plates = publication.plates.as_ref().map(PlatesOf::said);
        hasher.update(plates.unwrap_or_default().as_bytes());
    }
    hasher.finalize()
}

/// Returns the same of the texts that they are written in.
fn of_origin(base: Hash, group: &[&Publication], origins: &Origins, press: &Press) -> Option<Hash> {
    let of_each: Option<Vec<Hash>> = group.iter().map(|one| origins.of(one, press)).collect();
    Some(of_group(base, group, of_each?))
}

fn origin_key(of_group: &Hash, place: usize) -> String {
    format!("origin-{}-{place}", of_group.to_hex())
}

/// Under which keys pages are kept.
struct Keys {
    /// What is known of them.
    known: String,
    /// Their file, which is not read where it lies among the results.
    file: String,
}

impl Keys {
    /// Returns those of a document, by its place among those that are set alike and
    /// what all of them are made of.
    fn of(made_of: &Hash, place: usize) -> Self {
        let hash = made_of.to_hex();
        Self { known: format!("pages-{hash}-{place}"), file: format!("pdf-{hash}-{place}") }
    }
}

/// What is known of pages, and the hash of their file.
#[derive(Debug)]
pub(super) struct Found {
    laid_out: LaidOut,
    hash: String,
}

/// Leaves the file of pages in the cache, which has it: a thousand of them need not be in
/// memory until all are done. Sheets are made of bytes.
fn store(laid_out: &mut LaidOut, one: &Publication, key: &str, hash: Hash) {
    let Ok(pages) = &mut laid_out.pages else { return };
    if one.sheets.is_empty() {
        let bytes = std::mem::take(&mut pages.bytes);
        laid_out.stored = Some(Stored {
            path: one.path.clone(),
            hash,
            size: bytes.len() as u64,
            place: Place::Cache(key.to_owned()),
        });
    }
}

/// Returns what a cache kept of a hash.
fn read_hash(bytes: &[u8]) -> Option<Hash> {
    Hash::from_hex(bytes).ok()
}

/// Writes what is known of a publication: a line of the hash of its file and how it was
/// made to fit, and the rest.
fn write(made: &LaidOut, pages: &Pages, of: &Ingredients, hash: &Hash) -> Vec<u8> {
    let mut line = hash.to_hex().to_string();
    if let Some(Fit { measure, extent }) = &made.fit {
        let _ = write!(line, " {} {} {measure}", extent.pages, extent.filled.to_bits());
    }
    line.push('\n');
    [line.into_bytes(), kept::write(pages, of)].concat()
}

/// Reads what [`write()`] wrote; `None` if it is anything else.
pub(super) fn read(bytes: &[u8], of: &Ingredients) -> Option<Found> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at(end);
    let line = std::str::from_utf8(line).ok()?;
    let (hash, line) = line.split_once(' ').unwrap_or((line, ""));
    let fit = if line.is_empty() {
        None
    } else {
        let mut words = line.splitn(3, ' ');
        let pages = words.next()?.parse().ok()?;
        let filled = f64::from_bits(words.next()?.parse().ok()?);
        Some(Fit { extent: Extent { pages, filled }, measure: words.next()?.to_owned() })
    };
    let pages = Ok(kept::read(rest.get(1..)?, of)?);
    let laid_out = LaidOut { pages, stored: None, fit, is_kept: true };
    Some(Found { laid_out, hash: hash.to_owned() })
}
