//! Layouts: how each output looks, in files that a project can override.
//!
//! Does: finds the files of a layout and checks its manifest. Knows: files,
//! messages, YAML. Must not know: the model, the writers.
//!
//! The built-in layouts are the repository's own `layouts/`, embedded when
//! Recto is compiled, and are found through the same lookup as a project's:
//! file by file, the project's if it has one, else the built-in. There is no
//! privileged path.

mod builtin;
mod manifest;
mod measure;
mod option;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use manifest::{Format, Manifest};
pub use measure::{FLOOR, LARGE_FLOOR, Measures};
pub use option::{LayoutOption, OWN, OptionType, Setting, Settings};

use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::files::{FileError, Files};
use crate::source::{ProjectPath, Sources, Spanned};
use crate::yaml::Node;

/// The folder of layouts in a project.
pub const FOLDER: &str = "layouts";

/// All layouts that a project can use: its own files over the built-in ones.
#[derive(Debug, Clone)]
pub struct Layouts {
    /// The bytes of each file, under its path in `layouts/`; shared, for every
    /// handout holds its layout.
    files: Arc<BTreeMap<String, Vec<u8>>>,
    /// Those that the project has, and has otherwise than Recto.
    own: Arc<BTreeSet<String>>,
}

/// Whose files a layout is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Recto's alone.
    BuiltIn,
    /// Recto's, some of which the project has a version of.
    Overridden,
    /// The project's.
    Project,
}

/// A layout that is ready to be used.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Its name: the folder's.
    pub name: String,
    /// What it says of itself.
    pub manifest: Manifest,
    /// The values of its options.
    pub settings: Settings,
    /// Which of them a publication gave.
    given: BTreeSet<String>,
    /// All layouts' files, since a layout may import from others.
    files: Arc<BTreeMap<String, Vec<u8>>>,
    own: Arc<BTreeSet<String>>,
}

/// Returns the built-in files below a folder of `layouts/`, by their paths in
/// `layouts/`; none, if there is no such folder.
pub fn built_in(folder: &str) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = builtin::files().into_iter().collect();
    files.retain(|(path, _)| path.split('/').next() == Some(folder));
    files
}

/// Returns the folders of built-in files: the layouts, and what they share.
pub fn built_in_folders() -> BTreeSet<String> {
    let files = builtin::files();
    files.keys().filter_map(|path| Some(path.split_once('/')?.0.to_owned())).collect()
}

impl Layouts {
    /// Collects the built-in layouts, and a project's own over them.
    ///
    /// # Errors
    /// If a file of the project cannot be read.
    pub fn open(project: &dyn Files) -> Result<Self, FileError> {
        let mut files = builtin::files();
        let mut own = BTreeSet::new();
        let folder = ProjectPath::new(FOLDER).expect("a plain name is a path");
        for path in project.list(&folder)? {
            let name = path.as_str().trim_start_matches(FOLDER).trim_start_matches('/').to_owned();
            let bytes = project.read(&path)?;
            if files.get(&name) != Some(&bytes) {
                own.insert(name.clone());
            }
            files.insert(name, bytes);
        }
        Ok(Self { files: Arc::new(files), own: Arc::new(own) })
    }

    /// Returns the names of all layouts, in order.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> =
            self.files.keys().filter_map(|path| path.strip_suffix("/layout.yaml")).collect();
        // Paths come in another order: `-` is before `/`.
        names.sort_unstable();
        names
    }

    /// Returns a hash of all files, fonts among them: a layout may take any.
    pub fn fingerprint(&self) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        for (path, bytes) in self.files.iter() {
            hasher.update(&(path.len() as u64).to_le_bytes()).update(path.as_bytes());
            hasher.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
        }
        hasher.finalize()
    }

    /// Returns the files of all layouts that are text.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.files.values().filter_map(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// Returns the fonts of the project, by their paths from its root, each with
    /// how to get its bytes.
    pub fn fonts(
        &self,
    ) -> impl Iterator<Item = (String, impl Fn() -> Option<Vec<u8>> + Send + Sync + 'static)> {
        let files = &self.files;
        let is_font = |path: &&String| {
            let name = path.strip_prefix("fonts/").map(str::to_lowercase).unwrap_or_default();
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            matches!(extension, "ttf" | "otf" | "ttc" | "otc" | "woff" | "woff2")
        };
        files.keys().filter(is_font).map(|path| {
            let (files, name) = (Arc::clone(files), path.clone());
            (format!("{FOLDER}/{path}"), move || files.get(&name).cloned())
        })
    }

    /// Returns whose files a layout is made of.
    pub fn origin(&self, name: &str) -> Origin {
        match (self.own_files(name).next(), built_in(name).is_empty()) {
            (None, _) => Origin::BuiltIn,
            (Some(_), false) => Origin::Overridden,
            (Some(_), true) => Origin::Project,
        }
    }

    /// Returns the files below a folder that the project has, and has otherwise
    /// than Recto; their paths in `layouts/`.
    pub fn own_files(&self, folder: &str) -> impl Iterator<Item = &str> {
        let own = self.own.iter().map(String::as_str);
        own.filter(move |path| path.split('/').next() == Some(folder))
    }

    /// Returns a layout, if it is there and its manifest is right for `format`.
    pub fn get(
        &self,
        name: &Spanned<String>,
        format: Format,
        sources: &mut Sources,
        diagnostics: &mut Diagnostics,
    ) -> Option<Layout> {
        let unknown = |diagnostics: &mut Diagnostics| {
            diagnostics.push(
                Diagnostic::error(Code::UnknownLayout, format!("unknown layout `{}`", name.value))
                    .at(name.span)
                    .maybe_hint(near_miss(&name.value, self.names()))
                    .hint(format!("the layouts are: {}", self.names().join(", "))),
            );
        };
        let Some(layout) = self.load(&name.value, sources, diagnostics) else {
            if !self.names().contains(&name.value.as_str()) {
                unknown(diagnostics);
            }
            return None;
        };
        if layout.manifest.format != format {
            diagnostics.push(
                Diagnostic::error(
                    Code::BrokenLayout,
                    format!(
                        "the layout `{}` makes {}, not {}",
                        name.value,
                        layout.manifest.format.name(),
                        format.name()
                    ),
                )
                .at(name.span),
            );
            return None;
        }
        Some(layout)
    }

    /// Returns a layout that Recto itself asks for by name.
    pub fn load(
        &self,
        name: &str,
        sources: &mut Sources,
        diagnostics: &mut Diagnostics,
    ) -> Option<Layout> {
        let path = format!("{name}/layout.yaml");
        let bytes = self.files.get(&path)?;
        let path = ProjectPath::new(&format!("{FOLDER}/{path}")).ok()?;
        let manifest = manifest::read(&path, bytes, sources, diagnostics)?;
        if !self.files.contains_key(&format!("{name}/{}", manifest.entry)) {
            diagnostics.push(
                Diagnostic::error(
                    Code::BrokenLayout,
                    format!("the layout `{name}` has no file `{}`", manifest.entry),
                )
                .in_file(&path),
            );
            return None;
        }
        let settings = option::settle(name, &manifest, &[], diagnostics);
        let (files, own) = (Arc::clone(&self.files), Arc::clone(&self.own));
        let (name, given) = (name.to_owned(), BTreeSet::new());
        Some(Layout { name, manifest, settings, given, files, own })
    }
}

impl Layout {
    /// Sets options as a publication gives them. What cannot be is reported, and
    /// left at its default.
    pub fn set(&mut self, given: &[(Spanned<String>, Node)], diagnostics: &mut Diagnostics) {
        self.settings = option::settle(&self.name, &self.manifest, given, diagnostics);
        self.given = given.iter().map(|(name, _)| name.value.clone()).collect();
    }

    /// Returns the ways to set this layout, from the usual one to the tightest, or
    /// those for large print: the values of all options. What a publication gives
    /// is as it gives it in each. Never empty.
    pub fn measures(&self, large: bool) -> Vec<Settings> {
        let Measures { tighter, large: larger } = &self.manifest.measures;
        let usual = Settings::new();
        let listed: Vec<&Settings> = match (large, larger.is_empty()) {
            (true, false) => larger.iter().collect(),
            (true, true) | (false, _) => std::iter::once(&usual).chain(tighter).collect(),
        };
        let mut measures: Vec<Settings> = Vec::new();
        for listed in listed {
            let free = listed.iter().filter(|(name, _)| !self.given.contains(*name));
            let mut settings = self.settings.clone();
            settings.extend(free.map(|(name, value)| (name.clone(), value.clone())));
            if !measures.contains(&settings) {
                measures.push(settings);
            }
        }
        measures
    }

    /// Says how settings differ from those that a publication asks for: "columns 2,
    /// size 9.5pt"; nothing, if they do not.
    pub fn difference(&self, settings: &Settings) -> String {
        let options = self.manifest.options.iter();
        let changed = options.filter_map(|option| {
            let value = settings.get(&option.name)?;
            let is_changed = self.settings.get(&option.name) != Some(value);
            is_changed.then(|| format!("{} {}", option.name, option.shown(value)))
        });
        changed.collect::<Vec<_>>().join(", ")
    }

    /// Returns whether a file, by its path in `layouts/`, is the project's.
    pub fn is_own(&self, path: &str) -> bool {
        self.own.contains(path)
    }

    /// Returns a file of this layout.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.any_file(&format!("{}/{name}", self.name))
    }

    /// Returns the names of this layout's files, in order.
    pub fn names(&self) -> Vec<&str> {
        let own = |path: &'_ str| path.strip_prefix(&self.name).is_some_and(|p| p.starts_with('/'));
        let paths = self.files.keys().filter(|path| own(path));
        paths.map(|path| &path[self.name.len() + 1..]).collect()
    }

    /// Returns a file of any layout, by its path in `layouts/`.
    pub fn any_file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }
}
