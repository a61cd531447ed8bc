//! What Typst sees: the files of layouts, one file of data, the pictures, and
//! fonts. No disk, no network, no clock.

use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::layout::{Abs, Length, Margin, PageElem, Rel, Sides};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use super::native;
use super::typefaces::Typefaces;
use crate::model::Bleed;

/// What is said of a picture that a cache lost.
const GONE: &str = "a picture is no longer where it was kept, for the cache in the output folder \
                    was emptied while it was in use: build again";

/// Where the data stands.
pub(super) const DATA: &str = "/data.json";

/// Everything that one document is made from.
pub(super) struct DocumentWorld<'a> {
    main: FileId,
    /// Finds a file of a layout by its path in `layouts/`.
    layouts: &'a (dyn Fn(&str) -> Option<&'a [u8]> + Send + Sync),
    data: Bytes,
    typefaces: &'a Typefaces,
    /// Makes the picture of a virtual path; `Some(None)` if it is gone.
    pictures: &'a (dyn Fn(&str) -> Option<Option<Vec<u8>>> + Send + Sync),
    /// The pictures that were asked for.
    made: Mutex<BTreeMap<String, Bytes>>,
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
        data: Bytes,
        typefaces: &'a Typefaces,
        pictures: &'a (dyn Fn(&str) -> Option<Option<Vec<u8>>> + Send + Sync),
    ) -> Option<Self> {
        let path = VirtualPath::new(format!("/layouts/{main}")).ok()?;
        let main = RootedPath::new(VirtualRoot::Project, path).intern();
        Some(Self {
            main,
            layouts,
            data,
            typefaces,
            pictures,
            made: Mutex::default(),
            sources: Mutex::default(),
            library: None,
        })
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
            return Ok(self.data.clone());
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
        if let Some(bytes) = made.get(path) {
            return Some(Some(bytes.clone()));
        }
        let Some(bytes) = (self.pictures)(path)? else { return Some(None) };
        let bytes = Bytes::new(bytes);
        made.insert(path.into(), bytes.clone());
        Some(Some(bytes))
    }
}

impl DocumentWorld<'_> {
    /// Returns the virtual path of a picture of topics by its bytes.
    pub(super) fn picture_of(&self, data: &Bytes) -> Option<String> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.iter().find(|(_, bytes)| *bytes == data).map(|(path, _)| path.clone())
    }
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
