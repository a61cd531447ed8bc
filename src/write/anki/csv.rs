//! Notes to CSV, with the header block that makes Anki import it without a
//! question: for those who keep their own decks, and for whoever looks inside.
//!
//! Every cell is quoted and every row has the same width; Anki before 26 cuts
//! rows that are wider than the first.

use std::cell::RefCell;
use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::rc::Rc;

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use super::Options;
use super::note::Note;
use super::note_type::{Kind, NoteType};
use super::stock;

/// Columns before the fields: guid, note type, deck.
pub(super) const BEFORE: usize = 3;

/// The same notes as two files.
pub(super) struct Sheets<S> {
    /// The last column has all tags of a note: an import replaces the learner's.
    pub(super) tagged: S,
    /// Without that column: an import leaves the learner's tags alone, and gives
    /// the tag in the header to notes that change, if there is one.
    pub(super) plain: S,
}

/// Two files in the making: of each note, only a line is in memory.
pub(super) struct Rows<'a, S: Write> {
    types: &'a [NoteType],
    /// The types of every profile, if the notes are to have these.
    stock: Option<stock::Names>,
    width: usize,
    line: Line,
    cells: Writer<Line>,
    plain: BufWriter<S>,
    tagged: BufWriter<S>,
}

/// A line, which its writer and its reader share.
#[derive(Debug, Clone, Default)]
struct Line(Rc<RefCell<Vec<u8>>>);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a, S: Write> Rows<'a, S> {
    /// Begins with the header, which makes Anki import the file without a question.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn begin(
        types: &'a [NoteType],
        options: &Options<'_>,
        added: Option<&str>,
        begin: impl Fn() -> S,
    ) -> io::Result<Self> {
        let stock = options.stock.map(stock::names);
        let fields = Kind::ALL.iter().map(|kind| kind.fields().len()).max().unwrap_or_default();
        let width = BEFORE + if stock.is_some() { stock::WIDTH } else { fields };
        let headed = |tags: &str| {
            let mut file = BufWriter::new(begin());
            write!(
                file,
                "#separator:Comma\n#html:true\n#notetype column:2\n#deck column:3\n{tags}\
                 #guid column:1\n#if matches:update current\n"
            )?;
            io::Result::Ok(file)
        };
        let plain = headed(&added.map(|tag| format!("#tags:{tag}\n")).unwrap_or_default())?;
        let tagged = headed(&format!("#tags column:{}\n", width + 1))?;
        let line = Line::default();
        let cells = WriterBuilder::new()
            .quote_style(QuoteStyle::Always)
            .terminator(Terminator::Any(b'\n'))
            .has_headers(false)
            .from_writer(line.clone());
        Ok(Self { types, stock, width, line, cells, plain, tagged })
    }

    /// Adds a note.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn add(&mut self, note: &Note) -> Result<(), Box<dyn Error>> {
        if let Some(names) = &self.stock {
            let mut row = stock::row(note, names);
            row.resize(self.width, String::new());
            self.cells.write_record(&row)?;
        } else {
            let note_type = self.types.iter().find(|note_type| note_type.kind == note.kind);
            let Some(note_type) = note_type else { return Ok(()) };
            let mut row = vec![note.guid.as_str(), note_type.name.as_str(), note.deck.as_str()];
            row.extend(note.fields.iter().map(String::as_str));
            row.resize(self.width, "");
            self.cells.write_record(&row)?;
        }
        self.cells.flush()?;
        let mut line = self.line.0.borrow_mut();
        self.plain.write_all(&line)?;
        // The other file has the same row and a cell more; tags have no quotes.
        self.tagged.write_all(line.strip_suffix(b"\n").unwrap_or(&line))?;
        writeln!(self.tagged, ",\"{}\"", note.tag_list())?;
        line.clear();
        Ok(())
    }

    /// Returns the files.
    ///
    /// # Errors
    /// If they cannot be written.
    pub(super) fn finish(self) -> io::Result<Sheets<S>> {
        let done = |file: BufWriter<S>| file.into_inner().map_err(io::IntoInnerError::into_error);
        Ok(Sheets { tagged: done(self.tagged)?, plain: done(self.plain)? })
    }
}
