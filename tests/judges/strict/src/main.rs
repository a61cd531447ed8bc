//! Reads books with rbook, which is not ours, as strictly as it can.
//!
//! `strict BOOK.epub...`: every book must open, every file of its manifest must be
//! there, and every line of contents, landmarks and pages must lead to one. Prints
//! what is wrong, a line each, and exits 1 if there is anything.
//!
//! A package of its own: as a dependency of Recto's tests, rbook would switch features
//! of crates on that Recto shares with it, and so have all of them built twice.

use std::process::ExitCode;

use rbook::Epub;
use rbook::epub::toc::EpubTocEntry;

fn main() -> ExitCode {
    let books: Vec<String> = std::env::args().skip(1).collect();
    let mut wrong: Vec<String> = books.iter().flat_map(|book| judge(book)).collect();
    if books.is_empty() {
        wrong.push("there is no book".into());
    }
    wrong.iter().for_each(|line| println!("{line}"));
    ExitCode::from(u8::from(!wrong.is_empty()))
}

fn judge(book: &str) -> Vec<String> {
    let epub = match Epub::options().strict(true).open(book) {
        Ok(epub) => epub,
        Err(error) => return vec![format!("cannot be read: {error}")],
    };
    let mut wrong = Vec::new();
    if epub.metadata().creators().next().is_none() {
        wrong.push("has no author".into());
    }
    if epub.manifest().cover_image().is_none() {
        wrong.push("has no cover".into());
    }
    for entry in epub.manifest().iter() {
        match entry.read_bytes() {
            Ok(bytes) if bytes.is_empty() => wrong.push(format!("{} is empty", entry.id())),
            Ok(_) => {}
            Err(error) => wrong.push(format!("{}: {error}", entry.id())),
        }
    }
    let mut read = 0;
    for data in epub.reader() {
        match data {
            Ok(data) if data.content().contains("<body") => read += 1,
            Ok(data) => wrong.push(format!("{} has no body", data.manifest_entry().id())),
            Err(error) => wrong.push(format!("cannot be read on: {error}")),
        }
    }
    if read != epub.spine().len() {
        wrong.push(format!("{read} of {} documents are shown", epub.spine().len()));
    }
    let toc = epub.toc();
    for (name, list) in
        [("contents", toc.contents()), ("landmarks", toc.landmarks())]
    {
        match list {
            Some(list) => wrong.extend(lead(name, &list)),
            None => wrong.push(format!("has no {name}")),
        }
    }
    // Only a book that is printed, too, has pages.
    wrong.extend(toc.page_list().iter().flat_map(|list| lead("pages", list)));
    wrong
}

/// Tells what of a list leads nowhere.
fn lead(name: &str, list: &EpubTocEntry<'_>) -> Vec<String> {
    let all: Vec<_> = list.flatten().filter(|entry| !entry.is_root()).collect();
    let lost = all.iter().filter(|entry| entry.href().is_some() && entry.manifest_entry().is_none());
    let mut wrong: Vec<_> =
        lost.map(|entry| format!("{name}: `{}` leads nowhere", entry.label())).collect();
    if all.is_empty() {
        wrong.push(format!("{name}: is empty"));
    }
    wrong
}
