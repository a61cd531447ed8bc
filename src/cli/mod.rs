//! The command line.
//!
//! Does: takes arguments apart, runs a command, shows messages and the account.
//! Knows: the facade, clap, the terminal. Must not know: how anything is read
//! or written.

mod account;
mod again;
mod args;
mod audit;
mod build;
mod cards;
mod layouts;
mod new;
mod plan;
mod press;
mod report;
mod schema;
mod steps;
mod timings;
mod verify;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use self::args::{Args, Command};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Everything was built or is right; there may be warnings.
    Done,
    /// The content has errors.
    Content,
    /// The arguments are wrong, or something outside of the content is.
    Environment,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::from(0),
            Outcome::Content => Self::from(1),
            Outcome::Environment => Self::from(2),
        }
    }
}

/// Runs the program with arguments, the first of which is its own name.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            // Help and version are what was asked for, not mistakes.
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // A closed pipe is all that can go wrong here.
            let _ = error.print();
            return if asked { Outcome::Done.into() } else { Outcome::Environment.into() };
        }
    };
    // A panic is a bug of ours; say so, and say it with the code for "not your
    // content".
    let outcome = std::panic::catch_unwind(|| match args.command {
        Command::Build(args) => build::run(&args),
        Command::Check(args) => build::check(&args),
        Command::Plan(args) => steps::run(&args),
        Command::Watch(args) => watch::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Cards(args) => cards::run(&args),
        Command::Press(args) => press::run(&args),
        Command::New(args) => new::run(&args),
        Command::Layouts(command) => layouts::run(&command),
        Command::Schema(args) => schema::run(&args),
    });
    outcome
        .unwrap_or_else(|_| {
            report::failure("internal error; please report it with the message above");
            Outcome::Environment
        })
        .into()
}
