//! Sheets, printed, folded and cut in arithmetic: what is read in the end are the pages
//! in their order, upright, each on the back of the right one.

use super::*;

const A4: (f64, f64) = (210.0, 297.0);
const LETTER: (f64, f64) = (215.9, 279.4);

fn settings(imposition: Imposition, duplex: Duplex, paper: (f64, f64)) -> Settings {
    Settings {
        imposition,
        paper: Size::mm(paper.0, paper.1),
        duplex,
        margin: 0.0,
        scaling: Scaling::Shrink,
        binding: Binding::Left,
        marks: Marks::default(),
    }
}

fn leaves(count: usize, width: f64, height: f64) -> Vec<Leaf> {
    vec![Leaf { size: Size::mm(width, height), bleed: 0.0 }; count]
}

/// A face of paper as a reader sees it: the page, and whether it is upright.
type Face = (Option<usize>, bool);

/// Turns a back over as a printer does, and looks through the paper: where the front
/// has a place, returns the place behind it, and the way up of its page for who turns
/// the leaf like that of a book.
fn behind(sheet: &Sheet, place: &Slot, duplex: Duplex) -> Face {
    let back = sheet.back.as_ref().expect("a back");
    let Size { width, height } = sheet.size;
    // The edge that it is turned about: the long one is upright on an upright sheet.
    let about_upright_edge = (duplex == Duplex::LongEdge) != sheet.size.is_landscape();
    let (x, y) = place.trim.center();
    let there = if about_upright_edge { (width - x, y) } else { (x, height - y) };
    let found = back.slots.iter().find(|slot| {
        let Rect { left, bottom, right, top } = slot.trim;
        (left..right).contains(&there.0) && (bottom..top).contains(&there.1)
    });
    let found = found.expect("something lies behind every place");
    let Matrix([a, _, _, d, ..]) = found.matrix;
    let upright = if about_upright_edge { a > 0.0 && d > 0.0 } else { a < 0.0 && d < 0.0 };
    (found.page, upright)
}

fn front(slot: &Slot) -> Face {
    let Matrix([a, _, _, d, ..]) = slot.matrix;
    (slot.page, a > 0.0 && d > 0.0)
}

/// Folds sheets in their middle, puts those of a signature into each other, and
/// signatures on each other; then reads.
fn folded(sheets: &[Sheet], duplex: Duplex, binding: Binding) -> Vec<Face> {
    let mut read = Vec::new();
    let count = sheets.last().map_or(0, |sheet| sheet.signature + 1);
    for signature in 0..count {
        let sheets: Vec<&Sheet> =
            sheets.iter().filter(|sheet| sheet.signature == signature).collect();
        let halves = |sheet: &Sheet| {
            let [left, right] = sheet.front.slots.as_slice() else { panic!("two places") };
            let middle = sheet.size.width / 2.0;
            assert!(left.trim.right <= middle + 1e-6 && right.trim.left >= middle - 1e-6);
            // The first leaf is on the right where books open to the left.
            match binding {
                Binding::Left => (*right, *left),
                Binding::Right => (*left, *right),
            }
        };
        for sheet in &sheets {
            let (first, _) = halves(sheet);
            read.push(front(&first));
            read.push(behind(sheet, &first, duplex));
        }
        for sheet in sheets.iter().rev() {
            let (_, last) = halves(sheet);
            read.push(behind(sheet, &last, duplex));
            read.push(front(&last));
        }
    }
    read
}

#[test]
fn folded_sheets_read_in_order() {
    for count in 1..=40 {
        for duplex in [Duplex::LongEdge, Duplex::ShortEdge] {
            for binding in [Binding::Left, Binding::Right] {
                for paper in [A4, LETTER] {
                    let mut all = vec![Imposition::Booklet { signature: None, creep: 0.3 }];
                    for sheets in 1..=5 {
                        let signature = Some(sheets);
                        all.push(Imposition::Booklet { signature, creep: 0.0 });
                        let (signature, creep, milling) = (sheets, 0.1, 6.0);
                        all.push(Imposition::PerfectBound { signature, creep, milling });
                    }
                    for imposition in all {
                        let settings = Settings { binding, ..settings(imposition, duplex, paper) };
                        let sheets =
                            impose(&settings, &leaves(count, 148.0, 210.0)).expect("sheets");
                        assert_eq!(sheets.len(), count.div_ceil(4));
                        let read = folded(&sheets, duplex, binding);
                        let expected: Vec<Option<usize>> = (0..sheets.len() * 4)
                            .map(|page| (page < count).then_some(page))
                            .collect();
                        let pages: Vec<Option<usize>> = read.iter().map(|face| face.0).collect();
                        assert_eq!(
                            pages, expected,
                            "{count} {imposition:?} {duplex:?} {binding:?}"
                        );
                        assert!(
                            read.iter().all(|face| face.1),
                            "upside down: {imposition:?} {duplex:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn signatures_have_as_many_sheets_as_asked_for() {
    let imposition = Imposition::PerfectBound { signature: 4, creep: 0.0, milling: 0.0 };
    let settings = settings(imposition, Duplex::ShortEdge, A4);
    let sheets = impose(&settings, &leaves(40, 148.0, 210.0)).expect("sheets");
    let of = |signature| sheets.iter().filter(|sheet| sheet.signature == signature).count();
    assert_eq!([of(0), of(1), of(2), of(3)], [4, 4, 2, 0]);
}

#[test]
fn inner_sheets_creep_toward_the_fold() {
    let creep = mm(0.2);
    let imposition = Imposition::Booklet { signature: None, creep };
    let settings = settings(imposition, Duplex::ShortEdge, (297.0, 420.0));
    let sheets = impose(&settings, &leaves(40, 148.0, 210.0)).expect("sheets");
    let middle = sheets[0].size.width / 2.0;
    for (index, sheet) in sheets.iter().enumerate() {
        for side in [&sheet.front, sheet.back.as_ref().expect("a back")] {
            let [left, right] = side.slots.as_slice() else { panic!("two places") };
            let Matrix([.., x, _]) = right.matrix;
            assert!((middle - x - creep * index as f64).abs() < 1e-6, "{index}");
            // All are cut at one place, and no page is seen beyond the fold.
            assert_eq!(right.trim.left, middle);
            assert_eq!((left.clip.right, right.clip.left), (middle, middle));
        }
    }
}

#[test]
fn pages_side_by_side_are_in_the_order_of_reading() {
    for count in 1..=40 {
        for pages in [2, 4, 6] {
            for (notes, duplex, binding, size) in [
                (false, Duplex::Off, Binding::Left, (210.0, 297.0)),
                (true, Duplex::LongEdge, Binding::Left, (254.0, 143.0)),
                (false, Duplex::ShortEdge, Binding::Right, (254.0, 143.0)),
                (true, Duplex::LongEdge, Binding::Right, (148.0, 210.0)),
            ] {
                let imposition = Imposition::NUp { pages, notes };
                let margin = mm(10.0);
                let settings = Settings { margin, binding, ..settings(imposition, duplex, A4) };
                let sheets = impose(&settings, &leaves(count, size.0, size.1)).expect("sheets");
                let mut read = Vec::new();
                for sheet in &sheets {
                    let paper = Rect::of(sheet.size).grown(-margin);
                    for (is_back, side) in
                        [(false, Some(&sheet.front)), (true, sheet.back.as_ref())]
                    {
                        let Some(side) = side else { continue };
                        let turned = is_back && is_back_turned(duplex, sheet.size);
                        let mut places: Vec<(i64, i64, usize)> = Vec::new();
                        for slot in &side.slots {
                            assert!(paper.holds(slot.trim), "into the margin");
                            let trim =
                                if turned { slot.trim.half_turned(sheet.size) } else { slot.trim };
                            let column = match binding {
                                Binding::Left => trim.left,
                                Binding::Right => -trim.left,
                            };
                            places.push((
                                -trim.top as i64,
                                column as i64,
                                slot.page.expect("a page"),
                            ));
                        }
                        for (index, one) in side.slots.iter().enumerate() {
                            for other in &side.slots[index + 1..] {
                                let size = one.trim.common(other.trim).size();
                                assert!(size.width * size.height < 1e-6, "pages overlap");
                            }
                        }
                        for mark in &side.marks {
                            assert!(paper.holds(mark.extent()), "{mark:?}");
                        }
                        places.sort_unstable();
                        read.extend(places.into_iter().map(|(.., page)| page));
                    }
                }
                assert_eq!(read, (0..count).collect::<Vec<_>>(), "{pages} {notes} {duplex:?}");
            }
        }
    }
}

#[test]
fn there_is_room_for_notes_beside_each_page() {
    for (pages, size) in [(2, (210.0, 297.0)), (4, (254.0, 143.0)), (6, (254.0, 143.0))] {
        let imposition = Imposition::NUp { pages, notes: true };
        let settings = Settings { margin: mm(10.0), ..settings(imposition, Duplex::Off, A4) };
        let sheets = impose(&settings, &leaves(pages, size.0, size.1)).expect("sheets");
        let rules = |mark: &&Mark| matches!(mark, Mark::Line(_, Stroke::Rule));
        let lines: Vec<_> = sheets[0].front.marks.iter().filter(rules).collect();
        assert!(lines.len() >= 4 * pages, "{pages}: {} lines", lines.len());
        for line in lines {
            let Rect { left, right, .. } = line.extent();
            assert!(right - left > mm(30.0), "{pages}: a line of {} mm", to_mm(right - left));
        }
    }
}

#[test]
fn copies_fill_the_sheet_and_meet_on_its_back() {
    for duplex in [Duplex::Off, Duplex::LongEdge, Duplex::ShortEdge] {
        for count in 1..=40 {
            let imposition = Imposition::StepAndRepeat { gap: mm(2.0) };
            let settings = Settings { margin: mm(5.0), ..settings(imposition, duplex, A4) };
            let sheets = impose(&settings, &leaves(count, 55.0, 85.0)).expect("sheets");
            let sides = if duplex == Duplex::Off { 1 } else { 2 };
            assert_eq!(sheets.len(), count.div_ceil(sides));
            for (index, sheet) in sheets.iter().enumerate() {
                assert_eq!(sheet.front.slots.len(), 10);
                for slot in &sheet.front.slots {
                    assert_eq!(slot.page, Some(index * sides));
                    let next = index * sides + 1;
                    if sheet.back.is_some() {
                        assert_eq!(behind(sheet, slot, duplex), (Some(next), true));
                    }
                }
            }
        }
    }
}

#[test]
fn a_card_has_its_own_back() {
    for duplex in [Duplex::LongEdge, Duplex::ShortEdge] {
        for (size, paper) in
            [((74.0, 105.0), A4), ((105.0, 74.0), A4), ((127.0, 76.2), LETTER), ((85.0, 55.0), A4)]
        {
            for cards in 1..=40 {
                let imposition = Imposition::Cards { gap: 0.0 };
                let margin = mm(5.0);
                let settings =
                    Settings { margin, marks: Marks::all(), ..settings(imposition, duplex, paper) };
                let sheets = impose(&settings, &leaves(2 * cards, size.0, size.1)).expect("sheets");
                let mut fronts = Vec::new();
                for sheet in &sheets {
                    for slot in &sheet.front.slots {
                        let page = slot.page.expect("a page");
                        assert_eq!(behind(sheet, slot, duplex), (Some(page + 1), true), "{size:?}");
                        fronts.push(page);
                    }
                }
                assert_eq!(fronts, (0..cards).map(|card| 2 * card).collect::<Vec<_>>());
            }
        }
    }
}

#[test]
fn marks_stand_outside_of_what_is_cut_out_and_on_the_paper() {
    for imposition in [
        Imposition::Booklet { signature: None, creep: 0.0 },
        Imposition::PerfectBound { signature: 2, creep: 0.0, milling: 8.0 },
        Imposition::StepAndRepeat { gap: mm(4.0) },
        Imposition::Single,
    ] {
        let settings = Settings {
            marks: Marks::all(),
            ..settings(imposition, Duplex::ShortEdge, (297.0, 420.0))
        };
        let mut leaves = leaves(12, 148.0, 210.0);
        leaves.iter_mut().for_each(|leaf| leaf.bleed = mm(3.0));
        for sheet in impose(&settings, &leaves).expect("sheets") {
            for side in [Some(&sheet.front), sheet.back.as_ref()].into_iter().flatten() {
                assert!(side.marks.iter().any(|mark| matches!(mark, Mark::Line(_, Stroke::Cut))));
                for mark in side.marks.iter().filter(|mark| !matches!(mark, Mark::Bar(_))) {
                    let extent = mark.extent();
                    assert!(Rect::of(sheet.size).holds(extent));
                    for slot in &side.slots {
                        let Size { width, height } = extent.grown(0.1).common(slot.clip).size();
                        assert!(width * height < 1e-6, "{imposition:?}: {mark:?} in {slot:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn pages_become_smaller_where_they_find_no_room() {
    let booklet = Imposition::Booklet { signature: None, creep: 0.0 };
    let factor = |settings: &Settings, size: (f64, f64)| {
        let sheets = impose(settings, &leaves(4, size.0, size.1)).expect("sheets");
        sheets[0].front.slots[0].matrix.factor()
    };
    let plain = settings(booklet, Duplex::ShortEdge, A4);
    assert!((factor(&plain, (148.0, 210.0)) - 1.0).abs() < 1e-9, "A5 fits A4 folded");
    assert!((factor(&plain, (210.0, 297.0)) - std::f64::consts::FRAC_1_SQRT_2).abs() < 1e-3);
    assert!((factor(&plain, (74.0, 105.0)) - 1.0).abs() < 1e-9);
    let fit = Settings { scaling: Scaling::Fit, ..plain };
    assert!((factor(&fit, (74.0, 105.0)) - 2.0).abs() < 1e-2);
    let margin = Settings { margin: mm(5.0), ..plain };
    assert!(factor(&margin, (148.0, 210.0)) < 0.97);
    let real = Settings { scaling: Scaling::By(1.0), ..margin };
    let problem = impose(&real, &leaves(4, 148.0, 210.0)).expect_err("no room");
    assert_eq!(
        problem.to_string(),
        "pages of 148 × 210 mm find no room: there are 144 × 200 mm for each"
    );
    let off = settings(booklet, Duplex::Off, A4);
    assert_eq!(impose(&off, &leaves(4, 148.0, 210.0)), Err(Problem::OneSided));
    assert_eq!(impose(&plain, &[]), Err(Problem::NoPages));
}
