//! Notes to CSV, with the header block that makes Anki import it without a
//! question: for those who keep their own decks, and for whoever looks inside.
//!
//! Every cell is quoted and every row has the same width; Anki before 26 cuts
//! rows that are wider than the first.

use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::note::Note;
use super::note_type::{Kind, NoteType};

/// Columns before the fields: guid, note type, deck.
const BEFORE: usize = 3;

/// What a CSV says of tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagsInCsv {
    /// The last column has all tags of a note: an import replaces the learner's.
    Column,
    /// Nothing: an import leaves them alone.
    None,
    /// Notes that change get this one more.
    Added(&'static str),
}

/// Returns the header, which makes Anki import the file without a question;
/// `last` is the number of the column of tags, where there is one.
pub(super) fn header(tags: TagsInCsv, last: usize) -> String {
    let tags = match tags {
        TagsInCsv::Column => format!("#tags column:{last}\n"),
        TagsInCsv::None => String::new(),
        TagsInCsv::Added(tag) => format!("#tags:{tag}\n"),
    };
    format!(
        "#separator:Comma\n#html:true\n#notetype column:2\n#deck column:3\n{tags}\
         #guid column:1\n#if matches:update current\n"
    )
}

/// Returns the notes as CSV.
///
/// # Errors
/// None that can happen in memory.
pub(super) fn write(
    notes: &[Note],
    types: &[NoteType],
    tags: TagsInCsv,
) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let width = Kind::ALL.iter().map(|kind| kind.fields().len()).max().unwrap_or_default();
    let header = header(tags, BEFORE + width + 1);
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::Any(b'\n'))
        .has_headers(false)
        .from_writer(header.into_bytes());
    for note in notes {
        let Some(note_type) = types.iter().find(|note_type| note_type.kind == note.kind) else {
            continue;
        };
        let mut row = vec![note.guid.as_str(), note_type.name.as_str(), note.deck.as_str()];
        row.extend(note.fields.iter().map(String::as_str));
        row.resize(BEFORE + width, "");
        let list = note.tag_list();
        if tags == TagsInCsv::Column {
            row.push(&list);
        }
        writer.write_record(row)?;
    }
    Ok(writer.into_inner().map_err(|error| error.into_error())?)
}
