//! Which earlier flashcard a draft is.
//!
//! A draft is, in this order: what its author named it; the note of the same
//! text; the most similar note that nothing else has claimed. Where two answers
//! are about as good, none is guessed: the author is told, and it is new.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::derive::Draft;
use super::similarity::{normalized, similarity};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::ledger::{Ledger, NoteKey, NoteKind};
use crate::model::{FlashcardId, TopicId};
use crate::source::Span;

/// How alike texts must be in the same place, and elsewhere in the topic; in
/// between for headings that are themselves alike.
const ALIKE: f64 = 0.6;
const ALIKE_ELSEWHERE: f64 = 0.75;
/// How much of the likeness of two cloze notes lies in what they leave out.
const CLOZES: f64 = 0.25;
/// What standing in the same place adds, when candidates are compared.
const PLACE: f64 = 0.1;
/// Scores nearer than this are about as good.
const MARGIN: f64 = 0.06;

/// Returns the name of each draft of a topic. Notes of the topic that no draft
/// is are marked as retired in the ledger.
pub(super) fn identify(
    topic: &TopicId,
    drafts: &[Draft],
    ledger: &mut Ledger,
    diagnostics: &mut Diagnostics,
) -> Vec<FlashcardId> {
    let mut known = Vec::new();
    for (key, record) in ledger.notes_of(topic) {
        known.push(Known {
            id: key.id.clone(),
            kind: key.kind,
            text: normalized(&record.text),
            path: normalized(&record.path),
            clozes: record.clozes.keys().cloned().collect(),
            shown: record.text.clone(),
            retired: record.retired,
            claimed: false,
        });
    }
    let mut wanted: Vec<Wanted> = drafts.iter().map(Wanted::new).collect();

    by_name(drafts, &mut wanted, &mut known, diagnostics);
    by_text(&mut wanted, &mut known);
    by_similarity(drafts, &mut wanted, &mut known, diagnostics);

    let mut taken: BTreeSet<FlashcardId> = known.iter().map(|note| note.id.clone()).collect();
    taken.extend(wanted.iter().filter_map(|draft| draft.id.clone()));
    for note in known.iter().filter(|note| !note.claimed) {
        let key = NoteKey { topic: topic.clone(), id: note.id.clone(), kind: note.kind };
        if let Some(record) = ledger.notes.get_mut(&key) {
            Arc::make_mut(record).retired = true;
        }
    }
    // How often a name was sought for the same text: equal cards are many, if a
    // program wrote them.
    let mut attempts = BTreeMap::new();
    wanted
        .into_iter()
        .map(|draft| {
            draft.id.clone().unwrap_or_else(|| {
                let attempt = attempts.entry((draft.kind, draft.text.clone())).or_default();
                let id = allocate(topic, &draft, &taken, attempt);
                taken.insert(id.clone());
                id
            })
        })
        .collect()
}

/// A note of the ledger.
struct Known {
    id: FlashcardId,
    kind: NoteKind,
    text: String,
    path: String,
    clozes: BTreeSet<String>,
    shown: String,
    retired: bool,
    claimed: bool,
}

/// A draft in search of its name.
struct Wanted {
    id: Option<FlashcardId>,
    kind: NoteKind,
    text: String,
    path: String,
    clozes: BTreeSet<String>,
}

impl Wanted {
    fn new(draft: &Draft) -> Self {
        Self {
            id: None,
            kind: NoteKind::of(&draft.kind),
            text: normalized(&draft.text),
            path: normalized(&draft.path()),
            clozes: draft.clozes.iter().map(|cloze| normalized(&cloze.text)).collect(),
        }
    }

    /// Returns how alike the draft is to a note, 0 to 1. A sentence may be
    /// turned over, but if it leaves out the same words it asks the same.
    fn alike(&self, note: &Known) -> f64 {
        let text = similarity(&self.text, &note.text);
        if self.clozes.is_empty() {
            return text;
        }
        let shared = self.clozes.intersection(&note.clozes).count() as f64;
        let clozes = shared / self.clozes.len() as f64;
        text.max(text * (1.0 - CLOZES) + clozes * CLOZES)
    }
}

fn by_name(
    drafts: &[Draft],
    wanted: &mut [Wanted],
    known: &mut [Known],
    diagnostics: &mut Diagnostics,
) {
    let mut first: BTreeMap<&FlashcardId, Span> = BTreeMap::new();
    for (draft, wanted) in drafts.iter().zip(wanted) {
        let Some(name) = &draft.name else { continue };
        if let Some(first) = first.get(&name.value) {
            diagnostics.push(
                Diagnostic::error(
                    Code::DuplicateFlashcard,
                    format!("two flashcards of this topic have the id `{}`", name.value),
                )
                .at(name.span)
                .hint_at(*first, "the other is here")
                .hint("give one of them another id"),
            );
        } else {
            first.insert(&name.value, name.span);
        }
        wanted.id = Some(name.value.clone());
        for note in known.iter_mut() {
            if note.id == name.value && note.kind == wanted.kind {
                note.claimed = true;
            }
        }
    }
}

/// Gives each draft a note of the same text: one of the same place if there is
/// one, and one that is still in the sources rather than a retired one.
fn by_text(wanted: &mut [Wanted], known: &mut [Known]) {
    for same_place in [true, false] {
        for retired in [false, true] {
            for draft in wanted.iter_mut().filter(|draft| draft.id.is_none()) {
                let found = known.iter_mut().find(|note| {
                    !note.claimed
                        && note.kind == draft.kind
                        && note.retired == retired
                        && note.text == draft.text
                        && (!same_place || note.path == draft.path)
                });
                if let Some(note) = found {
                    note.claimed = true;
                    draft.id = Some(note.id.clone());
                }
            }
        }
    }
}

/// A draft and a note that it may be.
struct Pair {
    score: f64,
    draft: usize,
    note: usize,
}

fn by_similarity(
    drafts: &[Draft],
    wanted: &mut [Wanted],
    known: &mut [Known],
    diagnostics: &mut Diagnostics,
) {
    let mut pairs = Vec::new();
    for (at, draft) in wanted.iter().enumerate().filter(|(_, draft)| draft.id.is_none()) {
        for (place, note) in known.iter().enumerate() {
            if note.claimed || note.retired || note.kind != draft.kind {
                continue;
            }
            let alike = draft.alike(note);
            let place_alike = similarity(&draft.path, &note.path);
            if alike >= ALIKE_ELSEWHERE - (ALIKE_ELSEWHERE - ALIKE) * place_alike {
                let score = alike + PLACE * place_alike;
                pairs.push(Pair { score, draft: at, note: place });
            }
        }
    }
    pairs.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then((a.draft, a.note).cmp(&(b.draft, b.note)))
    });
    let mut unsure: BTreeSet<usize> = BTreeSet::new();
    for (rank, pair) in pairs.iter().enumerate() {
        let open = |pair: &Pair, wanted: &[Wanted], known: &[Known], unsure: &BTreeSet<usize>| {
            wanted[pair.draft].id.is_none()
                && !unsure.contains(&pair.draft)
                && !known[pair.note].claimed
        };
        if !open(pair, wanted, known, &unsure) {
            continue;
        }
        let rivals = pairs[rank + 1..]
            .iter()
            .take_while(|rival| pair.score - rival.score < MARGIN)
            .filter(|rival| open(rival, wanted, known, &unsure));
        let mut other_note = None;
        let mut other_drafts = Vec::new();
        for rival in rivals {
            match (rival.draft == pair.draft, rival.note == pair.note) {
                (true, _) => other_note = other_note.or(Some(rival.note)),
                (_, true) => other_drafts.push(rival.draft),
                (false, false) => {}
            }
        }
        let draft = &drafts[pair.draft];
        if let Some(other) = other_note {
            let (one, two) = (&known[pair.note], &known[other]);
            diagnostics.push(
                Diagnostic::warning(
                    Code::AmbiguousFlashcard,
                    format!(
                        "this flashcard may be either of two earlier ones, `{}` (\"{}\") or `{}` \
                         (\"{}\"), and so is taken as new",
                        one.id,
                        excerpt(&one.shown),
                        two.id,
                        excerpt(&two.shown)
                    ),
                )
                .at(draft.span)
                .hint(
                    "to keep its reviews, go back to the earlier wording and build, then change \
                       one flashcard at a time",
                ),
            );
            unsure.insert(pair.draft);
        } else if let Some(first) = other_drafts.first() {
            let note = &known[pair.note];
            diagnostics.push(
                Diagnostic::warning(
                    Code::AmbiguousFlashcard,
                    format!(
                        "this flashcard and another one may both be the earlier `{}` (\"{}\"), \
                         and so are taken as new",
                        note.id,
                        excerpt(&note.shown)
                    ),
                )
                .at(draft.span)
                .hint_at(drafts[*first].span, "the other is here")
                .hint(
                    "to keep its reviews, go back to the earlier wording and build, then change \
                       one flashcard at a time",
                ),
            );
            unsure.insert(pair.draft);
            unsure.extend(other_drafts);
        } else {
            known[pair.note].claimed = true;
            wanted[pair.draft].id = Some(known[pair.note].id.clone());
        }
    }
}

fn excerpt(text: &str) -> String {
    match text.char_indices().nth(40) {
        None => text.to_owned(),
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default().trim_end()),
    }
}

/// Names a new flashcard by what it is when it is first seen; from then on the
/// name is kept, whatever becomes of the text.
fn allocate(
    topic: &TopicId,
    draft: &Wanted,
    taken: &BTreeSet<FlashcardId>,
    attempt: &mut u32,
) -> FlashcardId {
    loop {
        let mut hasher = blake3::Hasher::new();
        for part in [topic.as_str(), draft.kind.name(), &draft.text, &attempt.to_string()] {
            hasher.update(part.as_bytes());
            hasher.update(&[0]);
        }
        let hash = hasher.finalize().to_hex();
        let name = format!("{}-{}", draft.kind.name(), &hash[..8]);
        let id = FlashcardId::new(&name).expect("letters, digits and hyphens are a name");
        if !taken.contains(&id) {
            return id;
        }
        *attempt += 1;
    }
}
