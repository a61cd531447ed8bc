//! Figures as layouts receive them: pictures, what is drawn over them, and who
//! made them.

use serde_json::{Map, Value, json};

use super::anchor;
use super::data::{Writer, hex};
use crate::model::{
    Figure, Image, Mark, Media, NumberedKind, Panel, SharedCredit, Visitor, walk_topic,
};
use crate::write::license::License;
use crate::write::overlay::{self, Outline, Overlay, Segment};

impl Writer<'_> {
    /// Returns a figure; `None` if the picture of a panel could not be read.
    pub(super) fn figure(&mut self, figure: &Figure) -> Option<Value> {
        let mut panels = Vec::new();
        for (letter, panel) in figure.lettered() {
            panels.push(self.panel(letter, panel, overlay::room(figure))?);
        }
        let marks: Vec<Value> = figure.marks().map(|mark| self.mark(mark)).collect();
        let numbered = self.edition.numbered.iter().find(|numbered| numbered.id == figure.id);
        Some(json!({
            "type": "figure",
            "number": self.edition.numbers.get(&figure.id),
            "anchor": self.places.get(&figure.id),
            "panels": panels,
            "columns": figure.columns,
            "caption": self.inlines(&figure.caption.long),
            "short-caption": numbered.map(|numbered| self.inlines(&numbered.caption)),
            "credits": figure.credits().iter().map(|shared| self.credit(shared)).collect::<Vec<_>>(),
            "width": figure.width.map(|width| width.get()),
            "marks": marks,
        }))
    }

    pub(super) fn panel(
        &mut self,
        letter: Option<char>,
        panel: &Panel,
        room: f64,
    ) -> Option<Value> {
        let media = self.edition.media.images.get(&panel.image.excerpt)?;
        let overlay = overlay::draw(panel, media, media.width, media.height, room);
        Some(json!({
            "letter": letter,
            // That of the only panel is its figure's.
            "anchor": letter.and_then(|_| self.places.get(&panel.id)),
            "image": self.image(panel, media),
            "overlay": drawn(&overlay),
        }))
    }

    pub(super) fn mark(&mut self, mark: &Mark) -> Value {
        let symbol = mark.symbol().map(|symbol| {
            let symbol = overlay::symbol(symbol);
            json!({
                "width": symbol.width / 100.0,
                "height": symbol.height / 100.0,
                "ground": symbol.ground.map(hex),
                "overlay": drawn(&symbol.overlay),
            })
        });
        json!({
            "id": mark.id.value.as_str(),
            "color": hex(mark.color.rgb()),
            "halo": hex(mark.color.halo()),
            "form": mark.form().map(|form| form.name()),
            "style": mark.style.name(),
            "letter": mark.letter.as_ref().map(|letter| letter.as_str()),
            "symbol": symbol,
            "means": self.inlines(&mark.means),
        })
    }

    fn image(&mut self, panel: &Panel, media: &Media) -> Value {
        json!({
            "path": self.pictures.add(media),
            "sizes": self.pictures.ladder(media, self.print.pixels),
            "width": media.width,
            "height": media.height,
            "alt": alt(&panel.image),
        })
    }

    pub(super) fn credit(&mut self, shared: &SharedCredit<'_>) -> Value {
        json!({
            "letters": shared.lettering(),
            "credit": shared.credit.maker.map(|maker| self.inlines(maker)),
            "license": shared.credit.license.map(License::of).map(|license| json!({
                "name": license.name,
                "url": license.href,
            })),
        })
    }

    /// Returns who made the pictures, in reading order; of a figure without a
    /// number, by its topic.
    pub(super) fn credits(&mut self) -> Vec<Value> {
        #[derive(Default)]
        struct Figures(Vec<Figure>);
        impl Visitor for Figures {
            fn figure(&mut self, figure: &Figure) {
                self.0.push(figure.clone());
            }
            fn enters_card(&self, _card: &crate::model::CardBlock) -> bool {
                false
            }
        }
        let mut out = Vec::new();
        let edition = self.edition;
        for topic in &edition.topics {
            self.topic = Some(&topic.id.value);
            let mut figures = Figures::default();
            walk_topic(topic, &mut figures);
            for figure in &figures.0 {
                let number = self.edition.numbers.get(&figure.id);
                let own = self.places.get(&figure.id).cloned();
                let own = own.unwrap_or_else(|| anchor::topic(&topic.id.value));
                for shared in figure.credits() {
                    let panel = shared.panels.first().filter(|_| !shared.letters.is_empty());
                    let place = panel.and_then(|panel| self.places.get(&panel.id));
                    let place = place.unwrap_or(&own).clone();
                    let mut entry = self.credit(&shared);
                    entry["number"] = json!(number);
                    entry["anchor"] = json!(place);
                    entry["topic"] = json!(self.inlines(&topic.title));
                    out.push(entry);
                }
            }
        }
        out
    }

    /// Returns the figures or tables that have a number.
    pub(super) fn list(&mut self, kind: NumberedKind) -> Vec<Value> {
        let numbered = self.edition.numbered.iter().filter(|numbered| numbered.kind == kind);
        numbered
            .map(|numbered| {
                self.topic = Some(&numbered.topic);
                json!({
                    "number": numbered.number,
                    "caption": self.inlines(&numbered.caption),
                    "anchor": self.places.get(&numbered.id),
                })
            })
            .collect()
    }
}

/// Returns what those hear who cannot see a picture: a PDF has no other place for
/// what is said of it at length.
fn alt(image: &Image) -> String {
    let paragraphs = std::iter::once(&image.alt).chain(&image.description);
    paragraphs.map(String::as_str).collect::<Vec<_>>().join("\n")
}

/// How marks are drawn.
fn drawn(overlay: &Overlay) -> Value {
    let drawings = overlay.drawings.iter().filter(|drawing| !drawing.outlines.is_empty());
    let drawings = drawings.map(|drawing| {
        json!({
            "color": hex(drawing.color.rgb()),
            "halo": hex(drawing.color.halo()),
            "outlines": drawing.outlines.iter().map(outline).collect::<Vec<_>>(),
        })
    });
    json!({ "halo": overlay.halo, "drawings": drawings.collect::<Vec<_>>() })
}

/// An outline as a list of steps, each of its name and its coordinates in
/// pixels of the picture.
fn outline(outline: &Outline) -> Value {
    let mut steps = vec![step("move", &[outline.start])];
    steps.extend(outline.segments.iter().map(|segment| match *segment {
        Segment::Line(to) => step("line", &[to]),
        Segment::Cubic(a, b, to) => step("cubic", &[a, b, to]),
    }));
    Value::Array(steps)
}

fn step(name: &str, places: &[overlay::Place]) -> Value {
    // A thousandth of a pixel is finer than any printer.
    let round = |value: f64| (value * 1e3).round() / 1e3;
    let points: Vec<Value> = places.iter().map(|(x, y)| json!([round(*x), round(*y)])).collect();
    let mut map = Map::new();
    map.insert("step".into(), name.into());
    map.insert("points".into(), points.into());
    Value::Object(map)
}
