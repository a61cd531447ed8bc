//! `recto press`.

use std::path::PathBuf;

use super::account::{count, say};
use super::args::PressArgs;
use super::{Outcome, report};
use crate::diag::near_miss;
use crate::files::{commit_one, read_one};
use crate::imposition::{
    Binding, Duplex, Imposition, Marks, Order, SIGNATURE, mm, paper, paper_names, scaling,
};
use crate::pipeline::{Pressed, press_within};

/// The longest length that is taken, in millimeters.
const MAX_LENGTH: f64 = 500.0;

pub(super) fn run(args: &PressArgs) -> Outcome {
    match make(args) {
        Ok(()) => Outcome::Done,
        Err((outcome, problem)) => {
            report::failure(&problem);
            outcome
        }
    }
}

fn make(args: &PressArgs) -> Result<(), (Outcome, String)> {
    let order = order(args).map_err(|problem| (Outcome::Environment, problem))?;
    let ink = match args.ink_limit {
        Some(limit) if !(100.0..=400.0).contains(&limit) => {
            let problem = format!("--ink-limit {limit} is not from 100 to 400 percent");
            return Err((Outcome::Environment, problem));
        }
        limit => limit,
    };
    let outside = |error: crate::files::FileError| (Outcome::Environment, error.to_string());
    let output = output(args, &order);
    let is_same = |one: &PathBuf, other: &PathBuf| {
        one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
    };
    if is_same(&args.input, &output) {
        let problem =
            format!("`{}` would be written over itself; name another with -o", output.display());
        return Err((Outcome::Environment, problem));
    }
    let bytes = read_one(&args.input).map_err(outside)?;
    let pressed = press_within(&bytes, &order, ink)
        .map_err(|fault| (Outcome::Content, format!("`{}`: {fault}", args.input.display())))?;
    commit_one(&output, &pressed.bytes).map_err(outside)?;
    if let [first, rest @ ..] = pressed.annotated.as_slice() {
        let others =
            if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        report::warning(&format!(
            "notes, stamps or fields on page {first}{others} are not on the sheets; print them into the pages before"
        ));
    }
    for told in pressed.told(&output.display().to_string()) {
        report::warning(&format!("{} [{}]; {}", told.message, told.code.name(), told.hint));
    }
    if !pressed.is_looked_at {
        report::warning(
            "the pages are too large for all of them to be looked at for what would print badly",
        );
    }
    account(&pressed, &output);
    Ok(())
}

/// Says what was made, and how to print it.
fn account(pressed: &Pressed, output: &std::path::Path) {
    let Pressed { pages, sheets, size, factor, duplex, .. } = pressed;
    let on = if *sheets == 1 { "1 sheet".to_owned() } else { format!("{sheets} sheets") };
    say(&format!(
        "{} at {:.0} % on {on} of {}: {}",
        count(*pages, "page"),
        factor * 100.0,
        size.shown(),
        output.display()
    ));
    let how = match duplex {
        Duplex::Off => "on one side",
        Duplex::LongEdge => "on both sides, flipped on the long edge",
        Duplex::ShortEdge => "on both sides, flipped on the short edge",
    };
    say(&format!("print {how}, at actual size"));
}

fn output(args: &PressArgs, order: &Order) -> PathBuf {
    args.output.clone().unwrap_or_else(|| {
        let stem = args.input.file_stem().unwrap_or_default().to_string_lossy();
        args.input.with_file_name(format!("{stem}-{}.pdf", order.imposition.name()))
    })
}

/// Takes the arguments together.
fn order(args: &PressArgs) -> Result<Order, String> {
    let length = |option: &str, value: Option<f64>| match value {
        None => Ok(None),
        Some(value) if (0.0..=MAX_LENGTH).contains(&value) => Ok(Some(mm(value))),
        Some(value) => Err(format!("--{option} {value} is not from 0 to {MAX_LENGTH} millimeters")),
    };
    let creep = length("creep", args.creep)?.unwrap_or_default();
    let milling = length("milling", args.milling)?.unwrap_or_default();
    let gap = length("gap", args.gap)?.unwrap_or_default();
    if args.signature == Some(0) {
        return Err("--signature 0 is no number of sheets; the least is 1".to_owned());
    }
    let pages = if args.two_up {
        2
    } else if args.four_up {
        4
    } else {
        6
    };
    let imposition = if args.booklet {
        Imposition::Booklet { signature: args.signature, creep }
    } else if args.perfect_bound {
        let signature = args.signature.unwrap_or(SIGNATURE);
        Imposition::PerfectBound { signature, creep, milling }
    } else if args.repeat {
        Imposition::StepAndRepeat { gap }
    } else if args.cards {
        Imposition::Cards { gap }
    } else if args.single {
        Imposition::Single
    } else {
        Imposition::NUp { pages, notes: args.notes }
    };
    let is_n_up = matches!(imposition, Imposition::NUp { .. });
    let is_cut = matches!(imposition, Imposition::StepAndRepeat { .. } | Imposition::Cards { .. });
    for (given, option, fits, whose) in [
        (
            args.signature.is_some(),
            "signature",
            imposition.is_folded(),
            "--booklet and --perfect-bound",
        ),
        (args.creep.is_some(), "creep", imposition.is_folded(), "--booklet and --perfect-bound"),
        (args.notes, "notes", is_n_up, "--two-up, --four-up and --six-up"),
        (args.gap.is_some(), "gap", is_cut, "--repeat and --cards"),
    ] {
        if given && !fits {
            return Err(format!("--{option} goes with {whose}"));
        }
    }
    let mut order = Order::new(imposition);
    if let Some(name) = &args.paper {
        let size = paper(&name.to_lowercase());
        order.paper = Some(size.ok_or_else(|| unknown("paper", name, paper_names()))?);
    }
    order.margin = length("margin", args.margin)?;
    if let Some(text) = &args.scale {
        let problem =
            format!("--scale {text} is none of: shrink, fit, or a percentage such as 71%");
        order.scaling = scaling(text).ok_or(problem)?;
    }
    order.duplex =
        args.duplex.as_deref().map(|name| named("duplex", name, &Duplex::NAMES)).transpose()?;
    if let Some(name) = &args.binding {
        order.binding = Some(named("binding", name, &Binding::NAMES)?);
    }
    if let Some(names) = &args.marks {
        let mut marks = Marks::default();
        for name in names {
            marks = marks.and(named("marks", name, &Marks::NAMES)?);
        }
        order.marks = Some(marks);
    }
    Ok(order)
}

/// Returns the value that has a name.
fn named<T: Copy>(option: &str, name: &str, known: &[(&'static str, T)]) -> Result<T, String> {
    let found = known.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    found.ok_or_else(|| unknown(option, name, known.iter().map(|(name, _)| *name)))
}

fn unknown(option: &str, name: &str, known: impl Iterator<Item = &'static str>) -> String {
    let names: Vec<&str> = known.collect();
    let near = near_miss(name, names.iter().copied());
    let near = near.map(|near| format!("; {near}")).unwrap_or_default();
    format!("--{option} {name} is none of: {}{near}", names.join(", "))
}
