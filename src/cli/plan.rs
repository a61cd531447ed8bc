//! What the arguments mean.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::args::{BuildArgs, Color, MessageFormat};
use crate::files::{self, CACHE_FOLDER, DiskCache, DiskFiles};
use crate::fonts::FontFile;
use crate::model::Date;
use crate::pipeline::{Request, Results};
use crate::trace::NoTrace;

/// A checked plan of a build.
pub(super) struct Plan {
    pub(super) files: DiskFiles,
    pub(super) output: PathBuf,
    pub(super) request: Request,
    pub(super) deny_warnings: bool,
    pub(super) format: MessageFormat,
    pub(super) color: bool,
    pub(super) quiet: bool,
    /// The folder of what builds keep for the next ones.
    pub(super) cache: DiskCache,
    /// The ids of steps that are left for later.
    pub(super) left: Vec<String>,
    /// When the build began, in nanoseconds since 1970.
    pub(super) begun: u64,
}

impl Plan {
    /// Makes the plan, or says why there is none.
    pub(super) fn new(args: &BuildArgs) -> Result<Self, String> {
        let files = DiskFiles::open(&args.project).map_err(|error| {
            format!("{error}; name a project's folder, or make one with `recto new`")
        })?;
        let known = ["sources", "recto.yaml"].iter().any(|name| files.root().join(name).exists());
        if !known {
            let shown = files.root().display();
            return Err(format!(
                "`{shown}` has neither `sources/` nor `recto.yaml`; make a project with `recto new`"
            ));
        }
        let epoch = match &args.epoch {
            None => None,
            Some(text) => Some(text.trim().parse::<i64>().map_err(|_| {
                format!("SOURCE_DATE_EPOCH should be a number of seconds, but is `{text}`")
            })?),
        };
        let jobs = match args.jobs {
            Some(0) => return Err("`--jobs` is 1 or more".into()),
            Some(jobs) => jobs,
            None => std::thread::available_parallelism().map_or(1, usize::from),
        };
        let fallback_title =
            files.root().file_name().and_then(|name| name.to_str()).unwrap_or("Untitled");
        let output = args.output.clone().unwrap_or_else(|| files.root().join("output"));
        refuse_overlap(files.root(), &output)?;
        let cache = args.cache.clone().unwrap_or_else(|| output.join(CACHE_FOLDER));
        let cache = DiskCache::new(cache);
        let request = Request {
            fallback_title: fallback_title.to_owned(),
            now: epoch.unwrap_or_else(clock),
            date: epoch.map(Date::from_timestamp),
            jobs,
            program: files::program(&cache),
            cache: Arc::new(cache.clone()),
            only: None,
            // A folder that is not there yet has no results.
            texts: false,
            in_haste: false,
            known: None,
            results: DiskFiles::open(&output)
                .map(|files| Results::of(Arc::new(files)))
                .unwrap_or_default(),
            trace: Arc::new(NoTrace),
            system_fonts: if args.system_fonts { system_fonts() } else { Vec::new() },
        };
        Ok(Self {
            output,
            request,
            deny_warnings: args.deny_warnings,
            format: args.message_format,
            color: colored(args.color),
            quiet: args.quiet,
            cache,
            left: Vec::new(),
            begun: moment(),
            files,
        })
    }
}

/// Returns whether messages are in color.
pub(super) fn colored(wanted: Color) -> bool {
    match wanted {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    }
}

fn system_fonts() -> Vec<FontFile> {
    let file =
        |path: PathBuf| FontFile::new(path.display().to_string(), move || files::read_font(&path));
    files::system_fonts().into_iter().map(file).collect()
}

/// Results among the sources would be read as sources the next time.
fn refuse_overlap(root: &Path, output: &Path) -> Result<(), String> {
    let output = real_path(output);
    for name in ["sources", "layouts"] {
        let folder = root.join(name);
        if output.starts_with(&folder) || folder.starts_with(&output) {
            return Err(format!(
                "results cannot go to `{}`; choose another `--output`",
                output.display()
            ));
        }
    }
    Ok(())
}

/// Returns where a path leads, through links and `..`, even if its last parts
/// are yet to be made.
fn real_path(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut real = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                real.pop();
            }
            part => real.push(part),
        }
        real = real.canonicalize().unwrap_or(real);
    }
    real
}

/// The present moment, in nanoseconds since 1970: what times of files are compared
/// with.
pub(super) fn moment() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// The one clock of the program: it stamps flashcards whose text changed, and
/// the ledger keeps the stamp.
fn clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(0)
}
