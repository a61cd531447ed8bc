//! What was typed, and nothing else.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::schema::Kind;

/// Compiles topics into print-ready PDF handouts, EPUB study books and Anki decks.
///
/// A project is a folder with topics, pictures and bibliographies below
/// `sources/`. `recto build` reads all of it and writes to `output/`: a handout
/// of every topic, a book (EPUB and PDF), and a deck of flashcards (an Anki
/// package, and a CSV with its pictures). A manifest, `recto.yaml`, changes what
/// is made; without one, defaults hold.
#[derive(Debug, Parser)]
#[command(
    name = "recto",
    version,
    max_term_width = 88,
    after_help = "Exit codes: 0 built (there may be warnings), 1 errors in the content, 2 wrong usage or environment.\n\nStart with `recto new my-lectures`, then `recto build my-lectures`."
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make everything: handouts, books and decks.
    ///
    /// Nothing is written unless the whole content is right, and a failed build
    /// leaves `output/` as it was. The same sources give the same bytes.
    Build(MakeArgs),
    /// Find what is wrong, without making anything.
    Check(BuildArgs),
    /// Search what was built for what its pictures brought along.
    ///
    /// Opens all files of the output folder again: nothing but pixels may be left
    /// of a picture, and no text of its metadata may be found. A build does this,
    /// too; the summary here is longer. Exit codes: 0 clean, 1 findings.
    Audit(BuildArgs),
    /// Show what an import of the decks would change for learners who have the
    /// ones before.
    ///
    /// Makes everything and writes nothing: which notes are new, changed, moved or
    /// retired since `cards.lock` was written.
    Cards(CardsArgs),
    /// Build, and build again whenever a source changes.
    ///
    /// Handouts come first, for who edits a topic looks at its handout; books and decks
    /// follow. What is wrong is said, and the results stay as they were until it is
    /// right.
    Watch(BuildArgs),
    /// Print a build as steps that can be done apart.
    ///
    /// Each is a `recto build --only ID`, with the files that it reads and makes. Ninja
    /// runs them, or a matrix of machines.
    Plan(PlanArgs),
    /// Compare what was built with its list, `manifest.json`.
    ///
    /// Each file must be there, and have the bytes that were built. Exit codes: 0 all
    /// are, 1 some are not.
    Verify(VerifyArgs),
    /// Put the pages of a PDF on sheets that can be printed, folded and cut.
    ///
    /// The PDF may come from anywhere. Pages are made smaller if they find no room,
    /// and stay text and drawings; links and bookmarks are left out.
    Press(PressArgs),
    /// Make a small project that builds.
    New(NewArgs),
    /// Show the layouts that there are, or take one over into a project.
    #[command(subcommand)]
    Layouts(LayoutsCommand),
    /// Print what the YAML of topics and the manifest may say, as JSON Schema.
    ///
    /// Editors complete and check YAML by these schemas, and programs that write
    /// topics can be held to them. A project made by `recto new` has them.
    Schema(SchemaArgs),
}

#[derive(Debug, Clone, ClapArgs)]
pub(super) struct BuildArgs {
    /// The project's folder.
    #[arg(default_value = ".", value_name = "PROJECT")]
    pub(super) project: PathBuf,

    /// The folder for results [default: PROJECT/output].
    #[arg(long, short, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,

    /// The folder of what builds keep for the next ones [default: .cache in that of
    /// the results]. Builds can share it, and it can be deleted at any time.
    #[arg(long, value_name = "DIR")]
    pub(super) cache: Option<PathBuf>,

    /// How many documents to make side by side [default: one for each core].
    #[arg(long, short, value_name = "N")]
    pub(super) jobs: Option<usize>,

    /// Take fonts of this machine, too, for characters that neither Recto nor
    /// `layouts/fonts/` has a font for. Other machines may then make other pages.
    #[arg(long)]
    pub(super) system_fonts: bool,

    /// Take warnings for errors.
    #[arg(long)]
    pub(super) deny_warnings: bool,

    /// How to show messages.
    #[arg(long, value_enum, default_value_t = MessageFormat::Human, value_name = "FORMAT")]
    pub(super) message_format: MessageFormat,

    /// When to use color.
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(super) color: Color,

    /// Print nothing but messages.
    #[arg(long, short)]
    pub(super) quiet: bool,

    /// Seconds since 1970 that stand for now, for reproducible builds.
    #[arg(long, env = "SOURCE_DATE_EPOCH", hide = true, value_name = "SECONDS")]
    pub(super) epoch: Option<String>,
}

#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct CardsArgs {
    #[command(subcommand)]
    pub(super) command: Option<CardsCommand>,

    /// Show all notes, however many they are.
    #[arg(long)]
    pub(super) all: bool,

    #[command(flatten)]
    pub(super) build: BuildArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum CardsCommand {
    /// Print a note as its cards ask and answer it.
    Show(ShowArgs),
}

#[derive(Debug, ClapArgs)]
pub(super) struct ShowArgs {
    /// The note's name, or `TOPIC/NAME`.
    #[arg(value_name = "ID")]
    pub(super) id: String,

    #[command(flatten)]
    pub(super) build: BuildArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct MakeArgs {
    #[command(flatten)]
    pub(super) build: BuildArgs,

    /// Do only a step of `recto plan`, such as `handouts/ID.pdf`; may be given again.
    #[arg(long, value_name = "ID")]
    pub(super) only: Vec<String>,

    /// Do only one of N shares of all steps: `1/N`, `2/N`, …. When all are done and
    /// their results are in one folder, `--only report` completes them.
    #[arg(long, value_name = "I/N", conflicts_with = "only")]
    pub(super) shard: Option<String>,

    /// Say of each file why it was made, or was not.
    #[arg(long)]
    pub(super) explain: bool,

    /// Print where the time went, and write a trace that Perfetto and Chrome can open
    /// [default: timings.json in the folder of what builds keep].
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub(super) timings: Option<Option<PathBuf>>,

    /// End when the standard input does, for programs that start builds.
    #[arg(long, hide = true)]
    pub(super) attended: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    pub(super) build: BuildArgs,

    /// For whom.
    #[arg(long, value_enum, default_value_t = PlanFormat::Json, value_name = "FORMAT")]
    pub(super) format: PlanFormat,
}

/// How a plan is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanFormat {
    /// For programs.
    Json,
    /// For Ninja.
    Ninja,
}

#[derive(Debug, ClapArgs)]
pub(super) struct VerifyArgs {
    /// The project's folder.
    #[arg(default_value = ".", value_name = "PROJECT")]
    pub(super) project: PathBuf,

    /// The folder of results [default: PROJECT/output].
    #[arg(long, short, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,

    /// Compare the sources, too, with those that were read.
    #[arg(long)]
    pub(super) sources: bool,
}

#[derive(Debug, ClapArgs)]
#[command(group(clap::ArgGroup::new("imposition").required(true)))]
pub(super) struct PressArgs {
    /// The PDF.
    #[arg(value_name = "IN.pdf")]
    pub(super) input: PathBuf,

    /// Sheets that are folded once, put into each other and stapled.
    #[arg(long, group = "imposition")]
    pub(super) booklet: bool,

    /// Two pages on a side.
    #[arg(long, group = "imposition")]
    pub(super) two_up: bool,

    /// Four pages on a side.
    #[arg(long, group = "imposition")]
    pub(super) four_up: bool,

    /// Six pages on a side.
    #[arg(long, group = "imposition")]
    pub(super) six_up: bool,

    /// Signatures of folded sheets that are put on each other and glued.
    #[arg(long, group = "imposition")]
    pub(super) perfect_bound: bool,

    /// Each page as often as it finds room, to be cut out.
    #[arg(long, group = "imposition")]
    pub(super) repeat: bool,

    /// Pages two by two as the fronts and backs of cards, to be cut out.
    #[arg(long, group = "imposition")]
    pub(super) cards: bool,

    /// One page on a sheet, with marks where to cut.
    #[arg(long, group = "imposition")]
    pub(super) single: bool,

    /// The file to write [default: IN-booklet.pdf, IN-two-up.pdf, … beside it].
    #[arg(long, short, value_name = "OUT.pdf")]
    pub(super) output: Option<PathBuf>,

    /// The paper: a3, a4, a5, b4, b5, sra3, sra4, letter, legal, tabloid, …, or
    /// a size in millimeters such as 148x210 [default: a4, or letter for pages of such sizes].
    #[arg(long, value_name = "PAPER")]
    pub(super) paper: Option<String>,

    /// About which edge the printer turns sheets over: long-edge, short-edge, off
    /// [default: short-edge for what is folded, long-edge for cards, else off].
    #[arg(long, value_name = "EDGE")]
    pub(super) duplex: Option<String>,

    /// How many sheets are folded together [default: all for booklets, else 4].
    #[arg(long, value_name = "SHEETS")]
    pub(super) signature: Option<usize>,

    /// How thick a folded sheet is, in millimeters: pages of inner sheets are shifted
    /// toward the fold by as much for each sheet round them [default: 0].
    #[arg(long, value_name = "MM")]
    pub(super) creep: Option<f64>,

    /// How much of the back is milled off before it is glued, in millimeters
    /// [default: 0].
    #[arg(long, value_name = "MM", requires = "perfect_bound")]
    pub(super) milling: Option<f64>,

    /// Lines to write on beside each page of two, four or six.
    #[arg(long)]
    pub(super) notes: bool,

    /// How much ink may come together, in percent, before it is warned of [default: 300].
    #[arg(long, value_name = "PERCENT")]
    pub(super) ink_limit: Option<f64>,

    /// How far copies or cards stand apart, in millimeters [default: 0].
    #[arg(long, value_name = "MM")]
    pub(super) gap: Option<f64>,

    /// How much of the edges the printer does not reach, in millimeters [default: 0
    /// for what brings its own margins, 10 for pages side by side, 5 for copies].
    #[arg(long, value_name = "MM")]
    pub(super) margin: Option<f64>,

    /// How large pages become: shrink (as large as they are, if they find room), fit
    /// (as large as there is room), or a percentage such as 71% [default: shrink].
    #[arg(long, value_name = "SCALE")]
    pub(super) scale: Option<String>,

    /// Where pages are bound: left, or right for what is read from right to left
    /// [default: left].
    #[arg(long, value_name = "SIDE")]
    pub(super) binding: Option<String>,

    /// What is drawn round pages: crop, fold, registration, all, none; more with
    /// commas [default: crop for copies and cards, all for single pages, else none].
    #[arg(long, value_name = "MARKS", value_delimiter = ',')]
    pub(super) marks: Option<Vec<String>>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct NewArgs {
    /// The folder to make; it must not exist, or be empty.
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(super) enum LayoutsCommand {
    /// Show all layouts of a project: what they make, whose they are, and which
    /// options a publication can give them.
    List(ProjectArgs),
    /// Copy the built-in files of a layout into a project, to change them there.
    ///
    /// Files that the project has are never written over. `recto` is the folder
    /// of what PDF layouts share.
    Eject(EjectArgs),
}

#[derive(Debug, ClapArgs)]
pub(super) struct ProjectArgs {
    /// The project's folder.
    #[arg(default_value = ".", value_name = "PROJECT")]
    pub(super) project: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(super) struct EjectArgs {
    /// The layout's name.
    #[arg(value_name = "NAME")]
    pub(super) name: String,

    /// The project's folder.
    #[arg(default_value = ".", value_name = "PROJECT")]
    pub(super) project: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(super) struct SchemaArgs {
    /// Of what; without it, one schema that has all as definitions.
    #[arg(value_name = "KIND", value_parser = Kind::ALL.map(Kind::name))]
    pub(super) kind: Option<String>,

    /// Write them into a project, where editors look, instead of printing
    /// [default: the working directory].
    #[arg(long, value_name = "PROJECT", num_args = 0..=1, default_missing_value = ".")]
    #[arg(conflicts_with = "kind")]
    pub(super) write: Option<PathBuf>,
}

/// How to show messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum MessageFormat {
    /// With the source, underlined.
    Human,
    /// One line each: `file:line:column: severity: message`.
    Short,
    /// One JSON object a line.
    Json,
}

/// When to use color.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
