//! The edition for copiers: nothing on its pages is of another color than gray.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::{RenderCache, RenderSettings};
use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object};

use crate::case::{Outcome, artifact, build_memory, messages, root};

const TOPIC: &str = "---
title: Colors
---
Look at @fig-a and @fig-b, [a link](https://example.org){.more}, and ==what is learned==.

::: warning
With a colored line.
:::

| Sign | Meaning |
|:-----|:--------|
| ==Blunted angle== | an [effusion](https://example.org/effusion) |

```figure
label: fig-a
image: images/a.png
alt: Squares.
caption: The corner ({corner}), and an edge ({edge}).
credit: Nobody
license: CC0-1.0
marks:
  corner: {means: the corner, color: yellow, arrows: [{tip: [80%, 50%], tail: [40%, 50%]}]}
  edge: {means: an edge, color: red, letter: E, arrows: [{tip: [20%, 50%], tail: [30%, 80%]}]}
```

```figure
label: fig-b
image: images/b.svg
alt: A drawing.
caption: Drawn.
credit: Nobody
license: CC0-1.0
```
";

const DRAWING: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 200 100'>
<defs><linearGradient id='abcdef'><stop offset='0' stop-color='#ff0000'/>
<stop offset='1' stop-color='blue'/></linearGradient></defs>
<rect width='200' height='100' fill='url(#abcdef)'/>
<circle cx='50' cy='50' r='30' fill='#00ff00' stroke='orange' stroke-width='8'/></svg>";

/// Before what the handout has: every kind of gradient on areas, lines and letters.
const GRADIENTS: &str = r##"#import "/layouts/recto/recto.typ": *
#set document(title: "Colors")
#set page(paper: "a4", margin: 25mm, fill: gradient.linear(white, rgb("#fff0c0")))
#set text(font: "Libertinus Serif", lang: "en")
#let all = (
  gradient.linear(red, green, angle: 30deg),
  gradient.linear(..color.map.turbo, space: oklch),
  gradient.radial(yellow, blue, purple, focal-center: (30%, 40%)),
  gradient.conic(red, yellow, green, blue, red, space: rgb),
  gradient.linear(red, blue).sharp(5),
  gradient.linear(cmyk(100%, 0%, 0%, 0%), cmyk(0%, 100%, 0%, 0%), space: cmyk),
  gradient.linear(rgb("#ff000080"), rgb("#0000ff20"), space: color.hsl).repeat(3),
)
= Colors
#set text(size: 14pt)
#for (place, own) in all.enumerate() {
  pdf.artifact(rect(width: 100%, height: 14mm, fill: own, stroke: 3mm + own))
  text(fill: own)[Gradients on letters]
}
"##;

fn build(manifest: &str, layout: &str) -> Outcome {
    let picture = root().join("tests/fixtures/warned/preflight/sources/images/a.png");
    let picture = std::fs::read(picture).expect("a picture");
    build_memory(&[
        ("recto.yaml", manifest.as_bytes()),
        ("sources/t.md", TOPIC.as_bytes()),
        ("sources/images/a.png", &picture),
        ("sources/images/b.svg", DRAWING.as_bytes()),
        ("layouts/mine/layout.yaml", b"api: 2\nformat: pdf\nentry: mine.typ\n"),
        ("layouts/mine/mine.typ", layout.as_bytes()),
    ])
}

/// Returns the gray of pixels down the middle of a page, and how much color there is
/// on all pages: the largest difference between the channels of a pixel.
fn drawn(bytes: &[u8]) -> (Vec<u8>, u8) {
    let pdf = Pdf::new(bytes.to_vec()).expect("a PDF");
    let settings = RenderSettings { x_scale: 1.5, y_scale: 1.5, ..RenderSettings::default() };
    let (mut middle, mut colors) = (Vec::new(), 0);
    for page in pdf.pages().iter() {
        let shown =
            hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings);
        let width = usize::from(shown.width());
        for (index, pixel) in shown.data_as_u8_slice().chunks_exact(4).enumerate() {
            let channels = pixel.get(..3).expect("three channels");
            let (least, most) = (channels.iter().min(), channels.iter().max());
            colors = colors.max(most.zip(least).map_or(0, |(most, least)| most - least));
            if index % width == width / 2 {
                middle.extend(channels.first());
            }
        }
    }
    (middle, colors)
}

fn numbers(operands: &[Object]) -> Vec<f32> {
    operands.iter().filter_map(|operand| operand.as_float().ok()).collect()
}

/// Returns what in a file sets a color, in the operators of content and the functions
/// of gradients. Drawings have their grays as colors of three equal channels.
fn coloring(bytes: &[u8]) -> Vec<String> {
    let document = Document::load_mem(bytes).expect("a PDF");
    let mut found = Vec::new();
    let is_colored = |values: &[f32]| match values {
        [red, green, blue] => red != green || green != blue,
        [cyan, magenta, yellow, _] => *cyan != 0.0 || *magenta != 0.0 || *yellow != 0.0,
        _ => false,
    };
    let name = |dictionary: &Dictionary, key: &[u8]| {
        dictionary.get(key).and_then(Object::as_name).map(<[u8]>::to_vec).unwrap_or_default()
    };
    let pages: Vec<_> = document.get_pages().into_values().collect();
    let mut contents: Vec<Vec<u8>> =
        pages.iter().map(|page| document.get_page_content(*page)).collect();
    for object in document.objects.values() {
        let dictionary = match object {
            Object::Stream(stream) => {
                let is_cell = stream.dict.has(b"PatternType");
                if is_cell || name(&stream.dict, b"Subtype") == b"Form" {
                    contents.push(stream.get_plain_content().unwrap_or(stream.content.clone()));
                }
                // The code of a function: a color would be two values that are not one.
                &stream.dict
            }
            Object::Dictionary(dictionary) => dictionary,
            _ => continue,
        };
        for key in [b"C0", b"C1"] {
            let values = dictionary.get(key).and_then(Object::as_array);
            let values = values.map(|values| numbers(values)).unwrap_or_default();
            if is_colored(&values) {
                found.push(format!("a gradient to {values:?}"));
            }
        }
    }
    assert!(!contents.is_empty());
    for content in contents {
        for operation in Content::decode(&content).expect("operators").operations {
            let sets = ["rg", "RG", "k", "K", "sc", "SC", "scn", "SCN"];
            let values = numbers(&operation.operands);
            if sets.contains(&operation.operator.as_str()) && is_colored(&values) {
                found.push(format!("{} {values:?}", operation.operator));
            }
        }
    }
    found
}

#[test]
fn nothing_on_gray_pages_has_a_color() {
    let variants = "variants: [full, student, teacher]";
    let of = |coloring: &str| {
        let handouts = format!("handouts: [{{{coloring}{variants}}}]");
        build(&format!("{handouts}\nbooks: []\ndecks: []\nallow: [faint-mark]\n"), GRADIENTS)
    };
    let (gray, full) = (of("color: grayscale, "), of(""));
    for name in ["t.pdf", "t.student.pdf", "t.teacher.pdf"] {
        let (plain, colored) = (artifact(&gray, name), artifact(&full, name));
        assert_eq!(coloring(plain), Vec::<String>::new(), "{name}");
        assert!(drawn(plain).1 <= 1, "{name}");
        assert!(!coloring(colored).is_empty() && drawn(colored).1 > 100, "{name}");
    }
    // A blank is no drawing of the layout, and all else became gray.
    assert_eq!(messages(gray.diagnostics, &gray.sources), "");
}

#[test]
fn gradients_become_gray_and_stay_gradients() {
    let of = |coloring: &str| {
        // PDF/A has no conic gradients.
        let handouts = format!("handouts: [{{layout: mine, standard: '1.7'{coloring}}}]");
        build(&format!("{handouts}\nbooks: []\ndecks: []\nallow: [faint-mark]\n"), GRADIENTS)
    };
    let (gray, full) = (of(", color: grayscale"), of(""));
    let (plain, colored) = (artifact(&gray, "t.pdf"), artifact(&full, "t.pdf"));
    assert_eq!(coloring(plain), Vec::<String>::new());
    let (middle, colors) = drawn(plain);
    assert!(colors <= 1, "{colors}");
    assert!(drawn(colored).1 > 200);
    let mut grays = middle;
    grays.sort_unstable();
    grays.dedup();
    assert!(grays.len() > 40, "only {} grays", grays.len());
    assert_eq!(messages(gray.diagnostics, &gray.sources), "");
}

/// What cannot be made gray is told: cells of tilings that are not, and pictures.
#[test]
fn tilings_are_told_of_unless_they_are_gray() {
    let told = |paint: &str| {
        let cell = format!("tiling(size: (4pt, 4pt), square(size: 2pt, fill: {paint}))");
        let layout = format!(
            "#set document(title: \"x\")\n#set text(lang: \"en\")\n= x\n#pdf.artifact(rect(fill: {cell}))\n"
        );
        let manifest = "handouts: [{layout: mine, color: grayscale}]\nbooks: []\ndecks: []\n";
        let outcome = build(&format!("{manifest}allow: [faint-mark]\n"), &layout);
        messages(outcome.diagnostics, &outcome.sources)
    };
    assert!(told("red").contains("colored-ink"), "{}", told("red"));
    assert_eq!(told("luma(40%)"), "");
    assert!(told("gradient.linear(red, blue)").contains("colored-ink"));
}
