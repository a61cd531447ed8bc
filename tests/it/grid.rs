//! The grid of the pages: lines of text stand as far apart in all columns and on all
//! pages of a layout, whatever stands between them.
//!
//! What does not stand on it: text of other sizes than that of running text and
//! headings (titles, captions, cells of tables, notes, references), formulas, and the
//! contents of a book.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::sync::LazyLock;

use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, ObjectId};

use crate::case::{Outcome, artifact, build_memory, root};

const MM: f64 = 72.0 / 25.4;

const MANIFEST: &str = r##"title: Grid
authors: [Ada Example]
books: [{name: book}]
decks: []
section-kinds:
  - {id: imaging, look: boxed, color: "#1d4f73"}
  - {id: complications, look: small}
handouts:
  - {}
  - {options: {columns: 2}}
  - {options: {columns: 2, size: 9.5pt}, figures: pairs}
  - {layout: handout-compact}
  - {layout: notes}
  - {layout: notes, options: {size: 9.5pt, spacing: 7mm}}
  - {large-print: true}
  - {figures: find}
  - {variants: [student, teacher, answers]}
"##;

/// What a topic may hold, before the words that fill pages.
const TOPIC: &str = r#"---
title: All that stands on a grid, in a title that is long enough for two lines of large type
id: grid
subtitle: A subtitle
summary: A summary that takes more than one line of the column that it stands in, whichever column that is.
objectives: [Find every line., Read every line aloud.]
authors: [Ada Example]
banner: {image: wide.png, alt: A gradient., credit: Ada Example, license: CC0-1.0}
---

A paragraph before the first heading, with a note[^n] and H~2~O, 10^9^/L, `code < 1`, **strong**, *emphasis*, and enough of words to take some lines. Fluid gathers in the angle first, and then the dome is lost; the meniscus grows with the volume.

A second paragraph, which is short.

## Lists

- A bullet of some words.
- A bullet with a formula $x^2 + y_1^2$ in it, and with so many words that it takes more than one line of text in a column.
  - A bullet in a bullet.
  - Another with [how to measure it](https://example.org/how){.more} and more words behind it, for a second line.

1. Numbers
2. and more.

Text between lists.

- A bullet of two paragraphs.

  The second of them.

- Another.

Transudate
: The pleura is healthy, and the pressures are wrong: heart failure, cirrhosis, nephrotic syndrome.

Exudate with $p < \frac{1}{2}$
: The pleura itself leaks.

## A heading of so many words that it takes two lines in a column of usual width, and in a wide one

Text below it.

### A third level

Text below it.

### A third level that is as long as the heading above was, so that it takes two lines in a column of a usual width

#### A fourth level

Text at the fourth level.

## Formulas

A formula $\frac{a}{b} \ne \sqrt[3]{x}$, a substance $\ce{Ca^2+ + 2Cl- -> CaCl2}$, a matrix $\begin{pmatrix} a & b \\ c & d \end{pmatrix}$ in the midst of a line of text, with words behind it so that there is a line below, and one more, and $\displaystyle\sum_{i=1}^{n} i$ there.

$$\Delta P = 4v_{\text{max}}^2$$

Words between them, and @eq-numbered.

$$x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a} \ge \sum_{i=1}^{n} i$$ {#eq-numbered}

- A bullet with a formula
  $$\frac{a}{b}$$
  and words behind it.

Words and ==$\frac{x}{2}$ in a blank==, and ==blanks== that ==run on over lines== of text ==as they do== where words ==are to be learned==.

## Tables

| A | Sign | Seen in | % |
|:-|:-----|:-------:|--:|
| A | Masses | **most** | 80 |
| B | Calcium $x_1$ | few | 2 |

: Signs, in a table that has a caption which takes two lines of text because it is long enough. {#tbl-signs}

A paragraph behind @tbl-signs.

| Without | Caption |
|---------|---------|
| a cell | 2 |
| a cell of so many words that they take two lines in a narrow column of text, or three | 3 |

A paragraph behind it.

> [!NOTE]
> A note.
>
> Of two paragraphs.

> [!WARNING] Title of a warning
> - A list in a warning.
> - Of two bullets.

> A quotation.
>
> Of two paragraphs.

```
lines that stay as they are
  <b>&amp;</b>
lines
```

***

Text behind it.

## Imaging {kind=imaging}

- A bullet in a box.
- Another.

A paragraph in a box.

## Complications {kind=complications}

Small text in a section of its own, which stands on lines as other text does, and takes two of them.

- A bullet in small type.

## Pictures

![A caption of one line.](square.png){#fig-square alt="A gradient." credit="Ada Example" license=CC0-1.0 width=60%}

Text before the next picture, @fig-square, @fig-wide, @fig-tall. Text before the next picture. Text before the next picture.

![A caption of so many words that it takes more than one line, beside the picture or below it.](wide.png){#fig-wide alt="A gradient." credit="Ada Example" license=CC0-1.0}

```figure
label: fig-tall
image: tall.png
alt: A tall gradient.
caption: "Marked ({low})."
credit: Ada Example
license: CC0-1.0
marks:
  low: {means: the lower end, arrows: [{tip: [50%, 90%], tail: [50%, 70%]}]}
```

- A bullet with a picture:

  ![](square.png){alt="A gradient." credit="Ada Example" license=CC0-1.0}

- Another.

### A long table

"#;

const WORDS: [&str; 12] =
    ["fluid", "gathers", "in", "the", "angle", "first", "and", "then", "the", "dome", "is", "lost"];

fn words(count: usize) -> String {
    let words: Vec<&str> = WORDS.iter().copied().cycle().take(count).collect();
    words.join(" ")
}

/// Made once for all tests.
static OUTCOME: LazyLock<Outcome> = LazyLock::new(outcome);

fn outcome() -> Outcome {
    let mut topic = String::from(TOPIC);
    topic += "| Heading of all | Meaning of all |\n|---|---|\n";
    for row in 0..40 {
        let _ = writeln!(topic, "| {} | {} |", words(3 + row % 5), words(5 + row * 7 % 31));
    }
    topic += "\nText behind the long table.\n\n## Words\n\n";
    for part in 0..12 {
        let _ = writeln!(topic, "{}.\n\n- {}", words(20 + part * 17 % 70), words(8 + part));
        let code = if part % 4 == 0 { "[a code](https://example.org/){.qr}" } else { "short" };
        let _ = writeln!(topic, "- {code}\n");
    }
    topic += "[^n]: A note of some words.\n";
    let pictures = root().join("tests/fixtures/valid/kitchen-sink/sources/images");
    let [square, tall, wide] = ["square", "tall", "wide"]
        .map(|name| fs::read(pictures.join(format!("{name}.png"))).expect("a picture"));
    build_memory(&[
        ("recto.yaml", MANIFEST.as_bytes()),
        ("sources/grid.md", topic.as_bytes()),
        ("sources/square.png", &square),
        ("sources/tall.png", &tall),
        ("sources/wide.png", &wide),
    ])
}

/// What makes points of points: `[a, b, c, d, e, f]` of PDF.
type Matrix = [f64; 6];

const SAME: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `one`, then `other`.
fn then(one: Matrix, other: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = other;
    let both = |x: f64, y: f64| [x * a + y * c, x * b + y * d];
    let [[p, q], [r, s], [t, u]] =
        [both(one[0], one[1]), both(one[2], one[3]), both(one[4], one[5])];
    [p, q, r, s, t + e, u + f]
}

fn numbers<const N: usize>(operation: &Operation) -> [f64; N] {
    let mut numbers = [0.0; N];
    for (number, operand) in numbers.iter_mut().zip(&operation.operands) {
        *number = operand.as_float().expect("a number").into();
    }
    numbers
}

/// What stands on a page, from its top in points.
#[derive(Default)]
struct Page {
    /// Pieces of text: the baseline, the left edge and the size.
    text: Vec<(f64, f64, f64)>,
    /// Lines across: where they are, and how long.
    lines: Vec<(f64, f64)>,
}

/// The names of fonts of letters, and not of mathematics.
fn letters(document: &Document, page: ObjectId) -> BTreeSet<Vec<u8>> {
    let fonts = document.get_page_fonts(page).expect("fonts");
    let of_letters = fonts.into_iter().filter(|(_, font)| {
        let name = font.get(b"BaseFont").and_then(Object::as_name).expect("a name");
        !String::from_utf8_lossy(name).contains("Math")
    });
    of_letters.map(|(name, _)| name).collect()
}

fn read(document: &Document, id: ObjectId) -> Page {
    let content = document.get_page_content(id);
    let dictionary = document.get_dictionary(id).expect("a page");
    let bounds = dictionary.get(b"MediaBox").and_then(Object::as_array).expect("a box");
    let high = f64::from(bounds[3].as_float().expect("a number"));
    let letters = letters(document, id);
    let (mut now, mut before) = (SAME, Vec::new());
    let (mut size, mut start) = (None, [0.0; 2]);
    let mut page = Page::default();
    for operation in Content::decode(&content).expect("operations").operations {
        match operation.operator.as_str() {
            "q" => before.push(now),
            "Q" => now = before.pop().expect("as many"),
            "cm" => now = then(numbers(&operation), now),
            "Tf" => {
                let name = operation.operands[0].as_name().expect("a name");
                let points = f64::from(operation.operands[1].as_float().expect("a size"));
                size = letters.contains(name).then_some(points);
            }
            "Tm" => {
                let [.., x, y] = then(numbers(&operation), now);
                if let Some(size) = size {
                    page.text.push((high - y, x, size));
                }
            }
            "m" => start = numbers(&operation),
            "l" => {
                let end: [f64; 2] = numbers(&operation);
                if start[1] == end[1] {
                    let [.., y] = then([1.0, 0.0, 0.0, 1.0, start[0], start[1]], now);
                    page.lines.push((high - y, end[0] - start[0]));
                }
            }
            _ => {}
        }
    }
    page
}

fn pages(outcome: &Outcome, name: &str) -> Vec<Page> {
    let document = Document::load_mem(artifact(outcome, name)).expect("a PDF");
    let pages = document.get_pages().into_values();
    pages.map(|page| read(&document, page)).collect()
}

/// How far something is from a grid of `step` that begins at `first`.
fn off(place: f64, first: f64, step: f64) -> f64 {
    let steps = (place - first) / step;
    (steps - steps.round()) * step
}

/// A document with its layout's grid: the margin above, the size of the text, how far
/// lines are apart, the sizes of headings that stand among them; and how many pages
/// come before the text.
struct Grid {
    name: &'static str,
    top: f64,
    size: f64,
    step: f64,
    heading: f64,
    skipped: usize,
}

const fn grid(name: &'static str, top: f64, size: f64, step: f64, heading: f64) -> Grid {
    Grid { name, top, size, step, heading, skipped: 0 }
}

/// The line of usual text, and of the two columns of a handout.
const WIDE: f64 = 4.0 / 3.0;
const NARROW: f64 = 1.3;

const GRIDS: [Grid; 12] = [
    grid("grid.pdf", 24.0 * MM, 10.5, 14.0, 12.5),
    grid("grid-handout-2.pdf", 22.0 * MM, 10.5, 10.5 * NARROW, 12.6),
    grid("grid-handout-3.pdf", 22.0 * MM, 9.5, 9.5 * NARROW, 11.4),
    grid("grid-handout-compact-2.pdf", 18.0 * MM, 9.0, 11.25, 10.25),
    grid("grid-notes-2.pdf", 24.0 * MM, 10.5, 14.0, 12.5),
    grid("grid-notes-3.pdf", 24.0 * MM, 9.5, 9.5 * WIDE, 9.5 * 25.0 / 21.0),
    grid("grid-handout-4.pdf", 24.0 * MM, 14.0, 14.0 * WIDE, 14.0 * 25.0 / 21.0),
    grid("grid-handout-5.pdf", 24.0 * MM, 10.5, 14.0, 12.5),
    grid("grid.student.pdf", 24.0 * MM, 10.5, 14.0, 12.5),
    grid("grid.teacher.pdf", 24.0 * MM, 10.5, 14.0, 12.5),
    grid("grid.answers.pdf", 24.0 * MM, 10.5, 14.0, 10.5),
    // Title pages, contents, and the list of figures.
    Grid { skipped: 6, ..grid("book.pdf", 24.0 * MM, 10.5, 14.0, 12.5) },
];

#[test]
fn all_lines_of_text_stand_on_one_grid() {
    let mut wrong = String::new();
    for Grid { name, top, size, step, heading, skipped } in GRIDS {
        // A line is as high as its letters are large: 0.75 em of it above the baseline.
        let first = top + size * 0.75;
        let pages = pages(&OUTCOME, name);
        let mut count = 0;
        for (index, page) in pages.iter().enumerate().skip(skipped) {
            let mut lines: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
            let is = |one: f64, other: f64| (one - other).abs() < 0.01;
            for (place, left, points) in &page.text {
                if is(*points, size) || is(*points, heading) {
                    count += 1;
                    let found = off(*place, first, step);
                    if found.abs() > 0.05 {
                        lines.insert((place * 100.0).round() as i64, (*left, found));
                    }
                }
            }
            for (place, (left, found)) in lines {
                let number = index + 1;
                let _ = writeln!(
                    wrong,
                    "{name}, page {number}: {:.2} at {left:.0} is off by {found:.2}",
                    place as f64 / 100.0
                );
            }
        }
        let least = if name.contains("answers") { 10 } else { 150 };
        assert!(count >= least, "{name}: only {count} pieces of text");
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn rules_for_notes_share_the_grid() {
    for (name, size, step, room) in [
        ("grid-notes-2.pdf", 10.5, 14.0, 62.0 * MM),
        ("grid-notes-3.pdf", 9.5, 9.5 * WIDE, 62.0 * MM),
    ] {
        for page in pages(&OUTCOME, name) {
            let rules = page.lines.iter().filter(|(_, long)| (long - room).abs() < 0.1);
            let rules: Vec<f64> = rules.map(|(place, _)| *place).collect();
            assert!(rules.len() > 20, "{name}: {rules:?}");
            for place in rules {
                let found = off(place, 24.0 * MM + size * 0.75, step / 2.0);
                assert!(found.abs() < 0.05, "{name}: {place} is off by {found}");
            }
        }
    }
}
