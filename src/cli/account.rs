//! The account of a build: what was made, where, and how much of it.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use crate::audit::{FILE, Report};
use crate::files::Changes;
use crate::pipeline::{Account, MadeCover};

/// Prints the account.
pub(super) fn print(lines: &[String], output: &Path, time: Duration) {
    let mut text = lines.join("\n");
    text.push_str(&format!("\nin {} after {:.2} s\n", shown(output), time.as_secs_f64()));
    // A reader that went away, as `head` does, is no failure of the build.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Returns the output folder as a person would name it.
fn shown(output: &Path) -> String {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let there = output.canonicalize().unwrap_or_else(|_| output.to_owned());
    let relative = here.ok().and_then(|here| there.strip_prefix(here).ok().map(Path::to_owned));
    let path = relative.filter(|path| !path.as_os_str().is_empty()).unwrap_or(there);
    format!("{}/", path.display())
}

/// Prints a line. That nobody reads it is no failure.
pub(super) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Returns what was made, in lines.
pub(super) fn lines(account: &Account, report: Option<&Report>, warnings: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = |name: &str, amount: String, path: &str| {
        lines.push(format!("{name:<9} {amount:<24} {path}"));
    };
    if account.handouts > 0 {
        let amount =
            format!("{}, {}", count(account.handouts, "PDF"), count(account.handout_pages, "page"));
        line("handouts", amount, "handouts/");
    }
    for (path, pages, measure) in &account.fitted {
        line("fitted", count(*pages, "page"), &format!("{path}: {measure}"));
    }
    for (path, pages) in &account.books {
        line("book", count(*pages, "page"), path.as_str());
    }
    for (path, MadeCover { pages, spine, is_lettered }) in &account.covers {
        let bare = if *is_lettered { "" } else { ": too narrow for text on the spine" };
        let amount = format!("spine {spine:.1} mm, {}", count(*pages, "page"));
        line("cover", amount, &format!("{path}{bare}"));
    }
    for (what, (files, pages)) in &account.press {
        line("press", format!("{}, {}", count(*files, "PDF"), count(*pages, "page")), what);
    }
    if account.pressed > 0 {
        let amount =
            format!("{}, {}", count(account.pressed, "PDF"), count(account.sheets, "sheet"));
        line("sheets", amount, "to print, fold and cut");
    }
    for (path, chapters) in &account.epubs {
        line("book", count(*chapters, "chapter"), path.as_str());
    }
    for (path, notes) in &account.decks {
        line("deck", count(*notes, "card"), path.as_str());
    }
    let mut content =
        format!("{}, {}", count(account.figures, "figure"), count(account.references, "reference"));
    if warnings > 0 {
        content.push_str(&format!(", {}", count(warnings, "warning")));
    }
    lines.push(content);
    lines.extend(report.map(privacy).unwrap_or_default());
    lines
}

/// Says what became of the files.
pub(super) fn changed(changes: Changes) -> String {
    match (changes.written, changes.removed) {
        (0, 0) => "nothing changed".to_owned(),
        (written, 0) => {
            format!("{} written, {} as before", count(written, "file"), changes.unchanged)
        }
        (written, removed) => {
            format!(
                "{} written, {} as before, {removed} removed",
                count(written, "file"),
                changes.unchanged
            )
        }
    }
}

/// Says what became of pictures' metadata, and what is left for a person.
fn privacy(report: &Report) -> Vec<String> {
    if report.pictures.is_empty() {
        return Vec::new();
    }
    let pictures = count(report.pictures.len(), "picture");
    let removed = match report.stripped() {
        0 => "metadata left out of none".to_owned(),
        some => format!("metadata left out of {some}"),
    };
    let mut lines = vec![format!("{pictures}, {removed}: {FILE}")];
    lines.extend(look(report).iter().map(|concern| format!("look at {concern}")));
    lines
}

/// Returns what a person must look at, each with how many pictures it is about.
pub(super) fn look(report: &Report) -> Vec<String> {
    let concerns = report.concerns();
    concerns
        .iter()
        .map(|(what, pictures)| format!("{}: {what}", count(*pictures, "picture")))
        .collect()
}

/// Returns "1 page", "2 pages".
pub(super) fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_counts_right() {
        let account = Account { handouts: 1, handout_pages: 2, figures: 1, ..Account::default() };
        let changes = Changes { written: 1, unchanged: 0, removed: 0 };
        let lines = lines(&account, None, 1);
        assert_eq!(lines[0], "handouts  1 PDF, 2 pages           handouts/");
        assert_eq!(lines[1], "1 figure, 0 references, 1 warning");
        assert_eq!(changed(changes), "1 file written, 0 as before");
    }
}
