//! What Typst sees: the files of layouts, one file of data, the pictures, and
//! fonts. No disk, no network, no clock.

use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use blake3::Hash;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::layout::{Abs, Length, Margin, PageElem, Rel, Sides};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use super::given::Given;
use super::native;
use super::typefaces::Typefaces;
use crate::model::{Bleed, Blob};
use crate::picture::{Position, Rendition, for_position, stands_for};

/// What is said of a picture that a cache lost.
pub(super) const GONE: &str = "a picture is no longer where it was kept, for the cache in the output folder \
                    was emptied while it was in use: build again";

/// Where the data stands.
pub(super) const DATA: &str = "/data.json";
/// Where it says what it is asked for by.
const NAME: &str = "/data.name";
/// Where the part of it stands that many documents have alike.
const SHARED: &str = "/shared.json";

/// Everything that one document is made from.
pub(super) struct DocumentWorld<'a> {
    main: FileId,
    /// Finds a file of a layout by its path in `layouts/`.
    layouts: &'a (dyn Fn(&str) -> Option<&'a [u8]> + Send + Sync),
    data: &'a Given,
    shared: Bytes,
    typefaces: &'a Typefaces,
    /// Makes the picture of a virtual path.
    pictures: &'a Make<'a>,
    /// The pictures that were asked for.
    made: Mutex<Shown>,
    /// Whether others stand for pictures while pages are set.
    for_position: bool,
    /// Parsed files; Typst asks for each many times.
    sources: Mutex<BTreeMap<String, Source>>,
    /// The standard library, if pages are not as they are without a word.
    library: Option<LazyHash<Library>>,
}

impl<'a> DocumentWorld<'a> {
    /// Makes a world whose first file is `main`, a path in `layouts/`. Virtual
    /// paths are the same for every document, for Typst never forgets one and
    /// has numbers for 65,535.
    pub(super) fn new(
        main: &str,
        layouts: &'a (dyn Fn(&str) -> Option<&'a [u8]> + Send + Sync),
        (data, shared): (&'a Given, Bytes),
        typefaces: &'a Typefaces,
        pictures: &'a Make<'a>,
    ) -> Option<Self> {
        let path = VirtualPath::new(format!("/layouts/{main}")).ok()?;
        let main = RootedPath::new(VirtualRoot::Project, path).intern();
        Some(Self {
            main,
            layouts,
            data,
            shared,
            typefaces,
            pictures,
            made: Mutex::default(),
            for_position: false,
            sources: Mutex::default(),
            library: None,
        })
    }

    /// Lets others stand for pictures while pages are set, as far as
    /// [`DocumentWorld::itself`] puts these in their places.
    pub(super) fn with_pictures(self, for_position: bool) -> Self {
        Self { for_position, ..self }
    }

    /// Gives pages a bleed, whatever layout sets them: it goes round the size that a
    /// layout chooses, and grounds of pages reach into it.
    pub(super) fn with_bleed(self, bleed: Bleed) -> Self {
        if bleed.is_none() {
            return self;
        }
        let mut library = library();
        let length = Rel::from(Length::from(Abs::mm(bleed.to_mm())));
        let sides = Sides::splat(Some(length));
        library.styles.set(PageElem::bleed, Margin { sides, two_sided: Some(false) });
        Self { library: Some(LazyHash::new(library)), ..self }
    }

    fn bytes(&self, id: FileId) -> FileResult<Bytes> {
        let path = id.get();
        if matches!(path.root(), VirtualRoot::Package(_)) {
            return Err(FileError::Other(Some(
                "layouts cannot use packages from the network".into(),
            )));
        }
        let path = path.vpath().get_with_slash();
        if path == DATA {
            return Ok(self.data.text());
        }
        if path == NAME {
            return Ok(self.data.name());
        }
        if path == SHARED {
            return Ok(self.shared.clone());
        }
        if let Some(bytes) = self.picture(path) {
            return bytes.ok_or_else(|| FileError::Other(Some(GONE.into())));
        }
        let layout = path.strip_prefix("/layouts/").and_then(|path| (self.layouts)(path));
        layout
            .map(|bytes| Bytes::new(bytes.to_vec()))
            .ok_or_else(|| FileError::NotFound(path.into()))
    }
}

impl DocumentWorld<'_> {
    /// Returns a picture, and makes it the first time: no other thread makes the
    /// same one meanwhile.
    fn picture(&self, path: &str) -> Option<Option<Bytes>> {
        if !path.starts_with("/media/") {
            return None;
        }
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(picture) = made.pictures.get(path) {
            return Some(Some(picture.set.clone()));
        }
        let Rendition { file, hash, .. } = (self.pictures)(path)?;
        let Some(bytes) = file.read() else { return Some(None) };
        let standing = self.for_position.then(|| {
            let hash = Hash::from_hex(&*hash).unwrap_or_else(|_| blake3::hash(&bytes));
            for_position(&bytes, hash, path)
        });
        let made_of = match standing.flatten() {
            Some(Position { file: set, width, height }) => {
                let size = bytes.len();
                let is_kept = made.kept + size <= KEPT;
                made.kept += if is_kept { size } else { 0 };
                let file = if is_kept { bytes.into() } else { file };
                Made { set: Bytes::new(set), itself: Some(Itself { file, width, height }) }
            }
            None => Made { set: Bytes::new(bytes), itself: None },
        };
        let set = made_of.set.clone();
        made.pictures.insert(path.into(), made_of);
        Some(Some(set))
    }

    /// Looks at a picture that was set, by its bytes.
    fn made<T>(&self, set: &[u8], look: impl FnOnce(&str, &Made) -> T) -> Option<T> {
        let made = &self.made.lock().unwrap_or_else(PoisonError::into_inner).pictures;
        let is_set = |made: &Made| made.set.as_slice() == set;
        if let Some(path) = stands_for(set) {
            return made.get(path).filter(|made| is_set(made)).map(|made| look(path, made));
        }
        let found = made.iter().find(|(_, made)| is_set(made));
        found.map(|(path, made)| look(path, made))
    }

    /// Returns the virtual path of a picture of topics by its bytes.
    pub(super) fn picture_of(&self, set: &[u8]) -> Option<String> {
        self.made(set, |path, _| path.to_owned())
    }

    /// Returns the picture that some bytes stood for.
    pub(super) fn itself(&self, set: &[u8]) -> Option<Itself> {
        self.made(set, |_, made| made.itself.clone()).flatten()
    }
}

/// Makes the picture of a virtual path; `None` if there is none.
pub(super) type Make<'a> = dyn Fn(&str) -> Option<Rendition> + Send + Sync + 'a;

/// How many bytes of pictures that others stand for stay in memory, so that they need not be
/// read again: those of a handout do, those of a book may be too many.
const KEPT: usize = 4 << 20;

/// The pictures that were asked for.
#[derive(Default)]
struct Shown {
    pictures: BTreeMap<String, Made>,
    /// How many bytes are kept.
    kept: usize,
}

/// A picture that was asked for.
struct Made {
    /// What Typst got.
    set: Bytes,
    /// The picture, if that only stands for it.
    itself: Option<Itself>,
}

/// A picture that another stood for.
#[derive(Debug, Clone)]
pub(super) struct Itself {
    pub(super) file: Blob,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// What layouts may call.
fn library() -> Library {
    let mut library = Library::default();
    native::add(&mut library);
    library
}

/// Parses a file, or returns it as another document had it: all of a build have the same
/// layouts, and Typst hashes each tree that it has not seen.
fn parsed(id: FileId, text: &str) -> Source {
    static LAST: LazyLock<Mutex<HashMap<FileId, Source>>> = LazyLock::new(Mutex::default);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(source) = last.get(&id).filter(|source| source.text() == text) {
        return source.clone();
    }
    let source = Source::new(id, text.into());
    last.insert(id, source.clone());
    source
}

impl World for DocumentWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        static LIBRARY: OnceLock<LazyHash<Library>> = OnceLock::new();
        let usual = || LIBRARY.get_or_init(|| LazyHash::new(library()));
        self.library.as_ref().unwrap_or_else(usual)
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.typefaces.book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let path = id.get().vpath().get_with_slash();
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(source) = sources.get(path) {
            return Ok(source.clone());
        }
        let bytes = self.bytes(id)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| FileError::InvalidUtf8)?;
        let source = parsed(id, text);
        sources.insert(path.into(), source.clone());
        Ok(source)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.bytes(id)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.typefaces.font(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
