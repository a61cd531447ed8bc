//! Notes to CSV, with the header block that makes Anki import it without a
//! question: for those who keep their own decks, and for whoever looks inside.
//!
//! Every cell is quoted and every row has the same width; Anki before 26 cuts
//! rows that are wider than the first.

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use super::note::Note;
use super::note_type::{Kind, NoteType};

/// Columns before the fields: guid, note type, deck.
const BEFORE: usize = 3;

/// The same notes as two files.
pub(super) struct Sheets {
    /// The last column has all tags of a note: an import replaces the learner's.
    pub(super) tagged: Vec<u8>,
    /// Without that column: an import leaves the learner's tags alone, and gives
    /// the tag in the header to notes that change, if there is one.
    pub(super) plain: Vec<u8>,
}

/// Returns the notes as CSV.
///
/// # Errors
/// None that can happen in memory.
pub(super) fn write(
    notes: &[Note],
    types: &[NoteType],
    added: Option<&str>,
) -> Result<Sheets, Box<dyn std::error::Error>> {
    let width = Kind::ALL.iter().map(|kind| kind.fields().len()).max().unwrap_or_default();
    let mut rows = Rows::new(BEFORE + width, notes, added);
    for note in notes {
        let Some(note_type) = types.iter().find(|note_type| note_type.kind == note.kind) else {
            continue;
        };
        let mut row = vec![note.guid.as_str(), note_type.name.as_str(), note.deck.as_str()];
        row.extend(note.fields.iter().map(String::as_str));
        row.resize(BEFORE + width, "");
        rows.push(&row, &note.tag_list())?;
    }
    rows.finish()
}

/// Writes rows of cells into both files.
pub(super) struct Rows {
    plain: Writer<Vec<u8>>,
    tagged: Vec<u8>,
}

impl Rows {
    /// Begins with the header, which makes Anki import the file without a question.
    /// `notes` are those to come, for how much room they take.
    pub(super) fn new(width: usize, notes: &[Note], added: Option<&str>) -> Self {
        let texts: usize = notes.iter().flat_map(|note| &note.fields).map(String::len).sum();
        let room = texts + texts / 8 + notes.len() * 128 + 512;
        let header = |tags: &str| {
            format!(
                "#separator:Comma\n#html:true\n#notetype column:2\n#deck column:3\n{tags}\
                 #guid column:1\n#if matches:update current\n"
            )
        };
        let roomy = |header: String| {
            let mut bytes = Vec::with_capacity(room);
            bytes.extend_from_slice(header.as_bytes());
            bytes
        };
        let plain = header(&added.map(|tag| format!("#tags:{tag}\n")).unwrap_or_default());
        let plain = WriterBuilder::new()
            .quote_style(QuoteStyle::Always)
            .terminator(Terminator::Any(b'\n'))
            .has_headers(false)
            .from_writer(roomy(plain));
        Self { plain, tagged: roomy(header(&format!("#tags column:{}\n", width + 1))) }
    }

    /// Adds a note.
    pub(super) fn push(
        &mut self,
        row: &[impl AsRef<[u8]>],
        tags: &str,
    ) -> Result<(), Box<dyn std::error::Error>> {
        self.plain.flush()?;
        let start = self.plain.get_ref().len();
        self.plain.write_record(row)?;
        self.plain.flush()?;
        // The other file has the same row and a cell more; tags have no quotes.
        let line = self.plain.get_ref().get(start..).unwrap_or_default();
        self.tagged.extend_from_slice(line.strip_suffix(b"\n").unwrap_or(line));
        for part in [",\"", tags, "\"\n"] {
            self.tagged.extend_from_slice(part.as_bytes());
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Sheets, Box<dyn std::error::Error>> {
        let plain = self.plain.into_inner().map_err(|error| error.into_error())?;
        Ok(Sheets { tagged: self.tagged, plain })
    }
}
