//! Marks where neither pages nor books show them whole: letters at the edge of a
//! picture, and the regions for image occlusion.

use recto::model::{
    Area, Color, Coordinate, Excerpt, Image, Letter, Mark, MarkId, Media, MediaFormat, NodeId,
    Panel, Point, Ratio, Shape, Style,
};
use recto::source::{ProjectPath, Sources, Span, Spanned};
use recto::write::overlay::{self, Outline, Segment};

const SIZE: (u32, u32) = (400, 300);

fn media() -> Media {
    Media {
        file: Vec::new().into(),
        format: MediaFormat::Png,
        width: SIZE.0,
        height: SIZE.1,
        // The author has it twice as large.
        source_width: SIZE.0 * 2,
        source_height: SIZE.1 * 2,
        pixel_size: None,
        hash: String::new(),
    }
}

fn share(x: f64, y: f64) -> Point {
    let of = |value| Coordinate::Share(Ratio::new(value).expect("a share"));
    Point { x: of(x), y: of(y) }
}

fn pixels(x: u32, y: u32) -> Point {
    Point { x: Coordinate::Pixels(x * 1000), y: Coordinate::Pixels(y * 1000) }
}

fn panel(mark: Mark) -> Panel {
    let path = ProjectPath::new("sources/a.png").expect("a path");
    let span = mark.id.span;
    let (alt, description) = (String::new(), Vec::new());
    let image = Image { excerpt: Excerpt::whole(path), span, alt, description, pixel_size: None };
    Panel::only(NodeId { file: span.file, index: 0 }, image, vec![mark])
}

fn mark(shapes: Vec<Shape>, letter: Option<&str>) -> Mark {
    let mut sources = Sources::default();
    let file = sources.add(ProjectPath::new("sources/a.md").expect("a path"), String::new());
    Mark {
        id: Spanned::new(MarkId::new("mark").expect("a name"), Span::new(file, 0, 0)),
        means: Vec::new(),
        called: None,
        color: Color::White,
        style: Style::Solid,
        names_style: false,
        letter: letter.map(|letter| Letter::new(letter).expect("a letter")),
        shapes,
        region: None,
    }
}

/// Left, top, right and bottom of outlines.
fn bounds<'a>(outlines: impl IntoIterator<Item = &'a Outline>) -> [f64; 4] {
    let mut found = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    for outline in outlines {
        let ends = outline.segments.iter().map(|segment| match segment {
            Segment::Line(end) | Segment::Cubic(_, _, end) => *end,
        });
        for (x, y) in ends.chain([outline.start]) {
            found = [found[0].min(x), found[1].min(y), found[2].max(x), found[3].max(y)];
        }
    }
    found
}

#[test]
fn letters_stay_in_the_picture_and_off_their_shapes() {
    let tips = [(0.5, 0.5), (0.3, 0.6)];
    let tails =
        [(0.0, 0.5), (1.0, 0.5), (0.5, 0.0), (0.5, 1.0), (0.0, 0.0), (1.0, 1.0), (0.8, 0.2)];
    let arrows = tips.iter().flat_map(|tip| {
        tails
            .iter()
            .map(|tail| Shape::Arrow { tip: share(tip.0, tip.1), tail: share(tail.0, tail.1) })
    });
    let corners = [(0.0, 0.0), (0.8, 0.0), (0.8, 0.8), (0.0, 0.8), (0.4, 0.4)];
    let areas = corners.iter().map(|(x, y)| {
        Shape::Area(Area::Rectangle { min: share(*x, *y), max: share(x + 0.2, y + 0.2) })
    });
    let mut count = 0;
    for shape in arrows.chain(areas) {
        let plain =
            overlay::draw(&panel(mark(vec![shape.clone()], None)), &media(), SIZE.0, SIZE.1, 100.0);
        let with = overlay::draw(
            &panel(mark(vec![shape.clone()], Some("W3"))),
            &media(),
            SIZE.0,
            SIZE.1,
            100.0,
        );
        let own = &plain.drawings[0].outlines;
        let letter = &with.drawings[0].outlines[own.len()..];
        let [left, top, right, bottom] = bounds(letter);
        let (width, height) = (f64::from(SIZE.0), f64::from(SIZE.1));
        let halo = with.halo;
        assert!(
            left >= halo && top >= halo && right <= width - halo && bottom <= height - halo,
            "{shape:?}: {left} {top} {right} {bottom}"
        );
        // No corner of a shape lies in the letter's box.
        for outline in own {
            let ends = outline.segments.iter().map(|segment| match segment {
                Segment::Line(end) | Segment::Cubic(_, _, end) => *end,
            });
            for (x, y) in ends.chain([outline.start]) {
                let inside = x > left && x < right && y > top && y < bottom;
                assert!(!inside, "{shape:?}: ({x}, {y}) is under the letter");
            }
        }
        count += 1;
    }
    assert_eq!(count, 19);
}

#[test]
fn a_mark_looks_the_same_in_a_smaller_rendition() {
    let shapes = vec![
        Shape::Arrow { tip: pixels(100, 200), tail: pixels(700, 500) },
        Shape::Area(Area::Ellipse { center: pixels(400, 300), radii: pixels(80, 40) }),
    ];
    let panel = panel(mark(shapes, Some("A")));
    let large = overlay::draw(&panel, &media(), SIZE.0, SIZE.1, 100.0);
    let small = overlay::draw(&panel, &media(), SIZE.0 / 2, SIZE.1 / 2, 100.0);
    let large = bounds(&large.drawings[0].outlines);
    let small = bounds(&small.drawings[0].outlines);
    for (large, small) in large.iter().zip(small) {
        assert!((large / 2.0 - small).abs() < 0.01, "{large} {small}");
    }
}

#[test]
fn regions_come_from_the_author_from_areas_or_from_tips() {
    let show = |mark: Mark| -> Vec<String> {
        let shown = |point: &Point| format!("{:.2},{:.2}", point.x.share(1), point.y.share(1));
        overlay::regions(&panel(mark), &media())
            .into_iter()
            .map(|(id, area)| match area {
                Area::Rectangle { min, max } => format!("{id} {} to {}", shown(&min), shown(&max)),
                Area::Ellipse { center, radii } => {
                    format!("{id} {} radii {}", shown(&center), shown(&radii))
                }
                Area::Polygon { points } => {
                    format!("{id} {}", points.iter().map(shown).collect::<Vec<_>>().join(" "))
                }
            })
            .collect()
    };
    let arrow = Shape::Arrow { tip: share(0.5, 0.5), tail: share(0.1, 0.1) };
    let edge = Shape::Arrowhead { tip: pixels(800, 0), tail: share(0.5, 0.5) };
    let oval = Shape::Area(Area::Ellipse { center: pixels(400, 300), radii: pixels(80, 60) });
    // Round each tip, and not beyond the picture.
    assert_eq!(
        show(mark(vec![arrow.clone(), edge], None)),
        ["mark 0.47,0.46 to 0.53,0.54", "mark 0.97,0.00 to 1.00,0.04"]
    );
    // What is drawn round the finding says more than an arrow.
    assert_eq!(
        show(mark(vec![arrow.clone(), oval.clone()], None)),
        ["mark 0.50,0.50 radii 0.10,0.10"]
    );
    let mut told = mark(vec![arrow, oval], None);
    told.region = Some(Area::Rectangle { min: pixels(0, 0), max: share(0.5, 0.25) });
    assert_eq!(show(told), ["mark 0.00,0.00 to 0.50,0.25"]);
    let line = Shape::Line { points: vec![share(0.2, 0.2), share(0.4, 0.3)] };
    assert_eq!(show(mark(vec![line], None)), ["mark 0.17,0.16 to 0.43,0.34"]);
}

#[test]
fn more_points_than_anybody_sets_are_an_error() {
    let errors = |count: usize| {
        let points: Vec<String> =
            (0..count).map(|index| format!("[{}px, {}px]", index % 97, index % 89)).collect();
        let topic = format!(
            "---\ntitle: t\n---\n```figure\nimage: a.png\nalt: a\ncaption: \"{{m}}\"\ncredit: c\n\
             license: CC0-1.0\nmarks:\n  m: {{means: m, lines: [[{}]]}}\n```\n",
            points.join(", ")
        );
        crate::agree::errors_of_topic("sources/t.md", topic)
    };
    assert!(errors(1000).is_empty());
    assert_eq!(errors(1001)[0].message, "1001 points are too many");
}

/// Symbols are boxes, and Typst cannot tag boxes in all that it can draw.
#[test]
fn a_mention_can_wear_every_dress() {
    let picture =
        std::fs::read(crate::case::root().join("tests/fixtures/valid/small/sources/images/a.png"));
    let topic = "---\ntitle: t\n---\n```figure\nimage: a.png\nalt: a\ncredit: c\nlicense: CC0-1.0\n\
        caption: \"**({a})** ==x {a}== ~~{a}~~ [link {a}](https://example.org) ^{a}^ ~{a}~ *{a}* \
        ==**{a} y**== ==~~{a} z~~==\"\n\
        marks: {a: {means: m, color: black, arrows: [{tip: [90%, 50%], tail: [60%, 50%]}]}}\n```\n";
    let outcome = crate::case::build_memory(&[
        ("sources/t.md", topic.as_bytes()),
        ("sources/a.png", &picture.expect("a picture")),
    ]);
    let messages = crate::case::messages(outcome.diagnostics, &outcome.sources);
    assert!(messages.is_empty(), "{messages}");
}
