//! The works that a topic lists or brings itself: `references` of its front
//! matter.
//!
//! An item is the key of a work in a bibliography, an entry that is printed as
//! it is written, or the variables of a work, as in CSL-YAML.

use super::bibliography::csl::{Decoder, Item, Manner};
use super::bibliography::html::{self, Markup};
use super::bibliography::tally::Tally;
use super::{Ctx, syntax};
use crate::diag::{Code, Diagnostic};
use crate::model::{
    CiteKey, DateVariable, Name, NameList, NameVariable, Reference, Work, WorkDate, WorkKind,
};
use crate::source::Spanned;
use crate::yaml::{Node, Value, expect_text};

/// What `references` says.
#[derive(Debug, Default)]
pub(super) struct References {
    /// The works that are listed, in order.
    pub(super) listed: Vec<Spanned<CiteKey>>,
    /// Those of them that are written there.
    pub(super) works: Vec<(CiteKey, Reference)>,
}

/// Reads the items of `references`.
pub(super) fn read(nodes: Vec<Node>, ctx: &mut Ctx) -> References {
    let mut references = References::default();
    let mut tally = Tally::default();
    for node in nodes {
        if matches!(node.value, Value::Mapping(_)) {
            read_work(node, &mut references, &mut tally, ctx);
            continue;
        }
        let Some(text) = expect_text(node, "references", ctx.diagnostics) else { continue };
        if is_entry(&text.value) {
            let reference = verbatim(&text, Work::new(WorkKind::Document));
            references.push(None, reference);
        } else if let Some(key) = read_key(&text, ctx) {
            references.listed.push(key);
        }
    }
    tally.report(ctx.diagnostics);
    references
}

impl References {
    fn push(&mut self, key: Option<Spanned<CiteKey>>, reference: Reference) {
        let key = key.unwrap_or_else(|| {
            Spanned::new(CiteKey::unnamed(&name_of(&reference)), reference.span)
        });
        self.listed.push(key.clone());
        self.works.push((key.value, reference));
    }
}

/// Tells an entry from a key: keys have no spaces. Several keys in a row are
/// none of both.
fn is_entry(text: &str) -> bool {
    let text = text.trim();
    let is_key = |word: &str| {
        let key = word.trim_end_matches([',', ';']).trim_start_matches('@');
        syntax::key_length(key) == key.len() && key.contains(|c: char| c.is_ascii_digit())
    };
    text.contains(char::is_whitespace)
        && !text.starts_with('@')
        && !text.split_whitespace().all(is_key)
}

fn read_work(node: Node, references: &mut References, tally: &mut Tally, ctx: &mut Ctx) {
    let span = node.span;
    let mut decoder =
        Decoder { manner: Manner::FrontMatter, tally, diagnostics: &mut *ctx.diagnostics };
    let Some(item) = decoder.item(node) else { return };
    let Item { id, work, text, has_title, .. } = item;
    let key = id.and_then(|id| read_key(&id, ctx));
    let span = key.as_ref().map_or(span, |key| key.span);
    let reference = match text {
        Some(text) if text.value.trim().is_empty() => {
            let hint = "write the entry as it is to be printed";
            ctx.refuse(Code::InvalidValue, "the text of this reference is empty", text.span, hint);
            Reference { work, verbatim: None, span }
        }
        Some(text) => Reference { span, ..verbatim(&text, work) },
        None if has_title => Reference { work, verbatim: None, span },
        None => {
            ctx.diagnostics.push(
                Diagnostic::error(Code::MissingKey, "a reference has no `title`").at(span).hint(
                    "add `title: …`, or `text: …` with the whole entry as it is to be printed",
                ),
            );
            // It is known, whatever it is.
            Reference { work, verbatim: None, span }
        }
    };
    references.push(key, reference);
}

/// Reads a citation key, with or without `@`.
fn read_key(written: &Spanned<String>, ctx: &mut Ctx) -> Option<Spanned<CiteKey>> {
    let key = written.value.trim().trim_start_matches('@');
    let valid = syntax::key_length(key) == key.len();
    match CiteKey::new(key).filter(|_| valid) {
        Some(key) => Some(Spanned::new(key, written.span)),
        None => {
            ctx.diagnostics.push(
                Diagnostic::error(
                    Code::InvalidValue,
                    format!("`{}` is not a citation key", written.value),
                )
                .at(written.span)
                .hint(
                    "list keys of a bibliography, such as `light2002`, each as an item of its own",
                ),
            );
            None
        }
    }
}

/// Returns an entry that is printed as it is written. What labels and lists in
/// order need is taken from its text, unless `work` knows it.
fn verbatim(text: &Spanned<String>, mut work: Work) -> Reference {
    let rich = html::read(&text.value, Markup::Markdown);
    let plain = rich.plain();
    if !work.names.contains_key(&NameVariable::Author)
        && let Some(author) = first_author(&plain)
    {
        let names = vec![Name::Literal(author.to_owned())];
        work.names.insert(NameVariable::Author, NameList { names, others: false });
    }
    if !work.dates.contains_key(&DateVariable::Issued)
        && let Some(year) = last_year(&plain)
    {
        work.dates.insert(DateVariable::Issued, WorkDate::year(year));
    }
    Reference { work, verbatim: Some(rich), span: text.span }
}

/// Returns what stands before the first period, which ends the authors in most
/// styles: those of initials end none.
fn first_author(text: &str) -> Option<&str> {
    let long_word =
        |text: &str| text.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() >= 3);
    let end = text.match_indices('.').map(|(at, _)| at).find(|at| long_word(&text[..*at]))?;
    let author = text[..end].trim();
    (author.chars().count() <= 60).then_some(author)
}

/// Returns the last number of four digits that can be a year.
fn last_year(text: &str) -> Option<i16> {
    let numbers = text.split(|c: char| !c.is_alphanumeric());
    let years = numbers.filter(|word| word.len() == 4).filter_map(|word| word.parse::<i16>().ok());
    years.rev().find(|year| (1400..2200).contains(year))
}

/// Returns a name that is the same for the same work wherever it is written.
fn name_of(reference: &Reference) -> String {
    let text = match &reference.verbatim {
        Some(text) => text.plain(),
        None => format!("{:?}", reference.work),
    };
    // FNV-1a (Fowler, Noll, Vo), 64 bits.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_give_their_labels() {
        let guess = |text: &str| (first_author(text).map(str::to_owned), last_year(text));
        let entry = "Agarwala R. Extramedullary hematopoiesis (EMH). Applied Radiology, April 2006";
        assert_eq!(guess(entry), (Some("Agarwala R".into()), Some(2006)));
        assert_eq!(
            guess("J. Smith. A book. 1999, 12-2005x"),
            (Some("J. Smith".into()), Some(1999))
        );
        assert_eq!(guess("no period 12345 or year"), (None, None));
        assert_eq!(guess("A. B. C. D."), (None, None));
    }

    #[test]
    fn keys_have_no_spaces() {
        assert!(is_entry("A text of words"));
        assert!(!is_entry(" @light2002 "));
        assert!(!is_entry("light2002"));
        assert!(!is_entry("@light2002, p. 3"));
        assert!(!is_entry("light2002 smith2019"));
    }
}
