//! Sheets for the press, read again: what is printed where, folded and cut.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use recto::imposition::{Binding, Duplex, Imposition, Order, Size, mm};
use recto::pipeline::press;

/// A PDF of pages that say their numbers, with what pages have in common above them.
pub(crate) fn numbered(count: usize, width: f64, height: f64) -> Document {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
    });
    let kids: Vec<Object> = (1..=count)
        .map(|number| {
            let text = format!("BT /F 24 Tf 30 40 Td (page {number}) Tj ET");
            let contents = document.add_object(Stream::new(Dictionary::new(), text.into_bytes()));
            document.add_object(dictionary! {
                "Type" => "Page", "Parent" => pages, "Contents" => contents,
            })
        })
        .map(Object::from)
        .collect();
    document.set_object(
        pages,
        dictionary! {
            "Type" => "Pages",
            "Kids" => kids,
            "Count" => count as i64,
            "MediaBox" => vec![0.into(), 0.into(), (width as f32).into(), (height as f32).into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
        },
    );
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    document
}

pub(crate) fn saved(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("a PDF can be written");
    bytes
}

/// A5, in points.
pub(crate) fn a5(count: usize) -> Vec<u8> {
    saved(numbered(count, mm(148.0), mm(210.0)))
}

type Matrix = [f64; 6];

fn times(one: Matrix, next: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = one;
    let [na, nb, nc, nd, ne, nf] = next;
    [
        a * na + b * nc,
        a * nb + b * nd,
        c * na + d * nc,
        c * nb + d * nd,
        e * na + f * nc + ne,
        e * nb + f * nd + nf,
    ]
}

pub(crate) fn numbers(operands: &[Object]) -> Vec<f64> {
    let number = |object: &Object| object.as_float().map(f64::from);
    operands.iter().filter_map(|object| number(object).ok()).collect()
}

/// What is read at a place of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Read {
    pub(crate) text: String,
    /// Where the text begins, in points.
    pub(crate) at: (f64, f64),
    /// Whether it is upright, and not upside down.
    is_upright: bool,
}

/// Reads what is written on each side, going into forms as readers do.
pub(crate) fn read(bytes: &[u8]) -> Vec<(Size, Vec<Read>)> {
    let document = Document::load_mem(bytes).expect("sheets are a PDF");
    let side = |id: ObjectId| {
        let page = document.get_dictionary(id).expect("a page");
        let media = page.get(b"MediaBox").and_then(Object::as_array).expect("a size");
        let corners = numbers(media);
        let mut found = Vec::new();
        let content = document.get_page_content(id);
        let resources = document.get_dict_in_dict(page, b"Resources").expect("resources");
        walk(&document, resources, &content, [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], &mut found);
        (Size { width: corners[2], height: corners[3] }, found)
    };
    document.page_iter().map(side).collect()
}

/// How many blocks of text there are on the first page, in forms, too.
pub(crate) fn count_texts(bytes: &[u8]) -> usize {
    let document = Document::load_mem(bytes).expect("a PDF");
    let streams = document.objects.values().filter_map(|object| object.as_stream().ok());
    let forms = streams.filter(|stream| {
        stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Form")
    });
    let texts = |stream: &Stream| {
        let content = stream.get_plain_content().expect("its content");
        let operations = Content::decode(&content).expect("operations").operations;
        operations.iter().filter(|operation| operation.operator == "BT").count()
    };
    forms.map(texts).sum()
}

fn walk(
    document: &Document,
    resources: &Dictionary,
    content: &[u8],
    start: Matrix,
    found: &mut Vec<Read>,
) {
    let mut matrix = start;
    let mut saved = Vec::new();
    let mut line = (0.0, 0.0);
    for operation in Content::decode(content).expect("operations").operations {
        match operation.operator.as_str() {
            "q" => saved.push(matrix),
            "Q" => matrix = saved.pop().expect("what was saved"),
            "cm" => {
                let own = numbers(&operation.operands).try_into().expect("six numbers");
                matrix = times(own, matrix);
            }
            "Td" => {
                let by = numbers(&operation.operands);
                line = (by[0], by[1]);
            }
            "Tj" => {
                let text = operation.operands[0].as_str().expect("text");
                let [.., e, f] = times([1.0, 0.0, 0.0, 1.0, line.0, line.1], matrix);
                found.push(Read {
                    text: String::from_utf8(text.to_vec()).expect("letters"),
                    at: (e, f),
                    is_upright: matrix[0] > 0.0 && matrix[3] > 0.0,
                });
            }
            "Do" => {
                let name = operation.operands[0].as_name().expect("a name");
                let objects = document.get_dict_in_dict(resources, b"XObject").expect("objects");
                let form = objects.get(name).and_then(Object::as_reference).expect("a form");
                let form = document.get_object(form).and_then(Object::as_stream).expect("a form");
                assert!(form.dict.has(b"BBox"), "a form without bounds is not drawn");
                let own = document.get_dict_in_dict(&form.dict, b"Resources");
                let content = form.get_plain_content().expect("its content");
                walk(document, own.unwrap_or(resources), &content, matrix, found);
            }
            _ => {}
        }
    }
}

/// Turns backs over as the printer does, folds all sheets of signatures in the middle,
/// and returns the text in the order of leaves.
fn folded(
    sides: &[(Size, Vec<Read>)],
    per_signature: usize,
    duplex: Duplex,
    binding: Binding,
) -> Vec<Option<String>> {
    let mut out = Vec::new();
    let sheets: Vec<_> = sides.chunks(2).collect();
    for signature in sheets.chunks(per_signature) {
        // Of each sheet: what is on the outside and the inside, left and right, as it
        // is seen from the front through the paper.
        let mut outside = Vec::new();
        let mut inside = Vec::new();
        for sheet in signature {
            let [(size, front), (_, back)] = sheet else { panic!("two sides") };
            let about_upright_edge = (duplex == Duplex::LongEdge) == (size.height >= size.width);
            let mut halves = [[None, None], [None, None]];
            for (layer, reads) in [front, back].into_iter().enumerate() {
                for one in reads {
                    let is_back = layer == 1;
                    let x = if is_back && about_upright_edge {
                        size.width - one.at.0
                    } else {
                        one.at.0
                    };
                    // Turned like a page, all is upright.
                    assert_eq!(one.is_upright, !is_back || about_upright_edge, "{one:?}");
                    let half = usize::from(x > size.width / 2.0);
                    let before = halves[layer][half].replace(one.text.clone());
                    assert_eq!(before, None, "two pages on one half");
                }
            }
            outside.push(halves[0].clone());
            inside.push(halves[1].clone());
        }
        let (first, last) = match binding {
            Binding::Left => (1, 0),
            Binding::Right => (0, 1),
        };
        for sheet in 0..signature.len() {
            out.extend([outside[sheet][first].clone(), inside[sheet][first].clone()]);
        }
        for sheet in (0..signature.len()).rev() {
            out.extend([inside[sheet][last].clone(), outside[sheet][last].clone()]);
        }
    }
    out
}

#[test]
fn folded_sheets_are_read_in_order() {
    for count in 1..=40 {
        let source = a5(count);
        let all = count.div_ceil(4);
        for (imposition, sheets) in [
            (Imposition::Booklet { signature: None, creep: mm(0.2) }, all),
            (Imposition::Booklet { signature: Some(3), creep: 0.0 }, 3),
            (Imposition::PerfectBound { signature: 4, creep: 0.0, milling: mm(3.0) }, 4),
        ] {
            for (duplex, binding) in [
                (Duplex::LongEdge, Binding::Left),
                (Duplex::ShortEdge, Binding::Left),
                (Duplex::ShortEdge, Binding::Right),
            ] {
                let order = Order {
                    duplex: Some(duplex),
                    binding: Some(binding),
                    ..Order::new(imposition)
                };
                let pressed = press(&source, &order).expect("sheets");
                let read = folded(&read(&pressed.bytes), sheets, duplex, binding);
                let expected = (1..=4 * all)
                    .map(|page| (page <= count).then(|| format!("page {page}")))
                    .collect::<Vec<_>>();
                assert_eq!(read, expected, "{count} pages, {imposition:?}, {duplex:?}");
            }
        }
    }
}

#[test]
fn pages_side_by_side_are_read_in_order() {
    for count in 1..=40 {
        let source = a5(count);
        for pages in [2, 4, 6] {
            for notes in [false, true] {
                let order = Order::new(Imposition::NUp { pages, notes });
                let pressed = press(&source, &order).expect("sheets");
                let mut text = Vec::new();
                for (_, mut side) in read(&pressed.bytes) {
                    // From left to right, the upper first.
                    side.sort_by_key(|read| (-read.at.1.round() as i64, read.at.0.round() as i64));
                    text.extend(side.into_iter().map(|read| read.text));
                }
                let expected: Vec<_> = (1..=count).map(|page| format!("page {page}")).collect();
                assert_eq!(text, expected, "{pages} up, notes {notes}");
            }
        }
    }
}

#[test]
fn what_is_cut_out_has_its_back() {
    for count in 1..=40 {
        let source = saved(numbered(count, mm(74.0), mm(105.0)));
        for duplex in [Duplex::LongEdge, Duplex::ShortEdge] {
            for imposition in
                [Imposition::Cards { gap: 0.0 }, Imposition::StepAndRepeat { gap: mm(3.0) }]
            {
                let order = Order { duplex: Some(duplex), ..Order::new(imposition) };
                let pressed = press(&source, &order).expect("sheets");
                let sides = read(&pressed.bytes);
                let mut backs: BTreeMap<String, String> = BTreeMap::new();
                for pair in sides.chunks(2) {
                    let [(size, front), (_, back)] = pair else { continue };
                    let about_upright_edge =
                        (duplex == Duplex::LongEdge) == (size.height >= size.width);
                    // The lower left corner of each, as it is seen from behind.
                    for one in back {
                        let (x, y) = one.at;
                        let seen = if about_upright_edge {
                            (x, y)
                        } else {
                            (size.width - x, size.height - y)
                        };
                        let shift = (2.0 * 30.0, 0.0);
                        let opposite = front.iter().find(|front| {
                            let (fx, fy) = front.at;
                            // From behind, left and right change places.
                            let there = size.width - (fx - 30.0 + mm(74.0)) + 30.0;
                            (there - seen.0).abs() < shift.0 && (fy - seen.1).abs() < 2.0
                        });
                        let opposite = opposite.expect("a front");
                        backs.insert(opposite.text.clone(), one.text.clone());
                    }
                }
                let expected: BTreeMap<_, _> = (1..=count)
                    .step_by(2)
                    .filter(|page| *page < count)
                    .map(|page| (format!("page {page}"), format!("page {}", page + 1)))
                    .collect();
                assert_eq!(backs, expected, "{count} {imposition:?} {duplex:?}");
            }
        }
    }
}
