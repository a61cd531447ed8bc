//! Papers by their names.

use super::geometry::{Size, mm};

/// Papers, upright, in millimeters: ISO 216, ISO 217 (with room for bleed), ANSI, and
/// those that books are printed on.
const PAPERS: [(&str, f64, f64); 17] = [
    ("a3", 297.0, 420.0),
    ("a4", 210.0, 297.0),
    ("a5", 148.0, 210.0),
    ("a6", 105.0, 148.0),
    ("a7", 74.0, 105.0),
    ("b4", 250.0, 353.0),
    ("b5", 176.0, 250.0),
    ("sra3", 320.0, 450.0),
    ("sra4", 225.0, 320.0),
    ("letter", 215.9, 279.4),
    ("us-letter", 215.9, 279.4),
    ("legal", 215.9, 355.6),
    ("tabloid", 279.4, 431.8),
    ("half-letter", 139.7, 215.9),
    ("us-trade", 152.4, 228.6),
    ("index-card", 76.2, 127.0),
    ("business-card", 55.0, 85.0),
];

/// Returns the names of papers.
pub fn paper_names() -> impl Iterator<Item = &'static str> {
    PAPERS.iter().map(|(name, ..)| *name)
}

/// Returns how large a paper is, upright; or what is written as "148x210", in
/// millimeters.
pub fn paper(name: &str) -> Option<Size> {
    let known = PAPERS.iter().find(|(known, ..)| *known == name);
    if let Some((_, width, height)) = known {
        return Some(Size::mm(*width, *height));
    }
    let (width, height) = name.split_once(['x', '×'])?;
    let read =
        |text: &str| text.trim().parse().ok().filter(|length| (20.0..=2000.0).contains(length));
    Some(Size::mm(read(width)?, read(height)?))
}

/// Returns the paper that pages of a size are likely printed on: what is cut for
/// letters there.
pub fn usual_paper(page: Size) -> &'static str {
    const US: [&str; 6] = ["letter", "legal", "tabloid", "half-letter", "us-trade", "index-card"];
    let near = |one: f64, other: f64| (one - other).abs() < mm(0.5);
    let is_it = |size: Size| near(size.width, page.width) && near(size.height, page.height);
    let is_us =
        US.iter().filter_map(|name| paper(name)).any(|size| is_it(size) || is_it(size.turned()));
    if is_us { "letter" } else { "a4" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_are_known_by_name_and_by_size() {
        assert_eq!(paper("a4"), Some(Size::mm(210.0, 297.0)));
        assert_eq!(paper("100x150"), Some(Size::mm(100.0, 150.0)));
        for wrong in ["a44", "0x100", "1x", "x", "100x9999999", "NaNxNaN", "infx10"] {
            assert_eq!(paper(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_usual_paper_is_that_of_the_continent() {
        assert_eq!(usual_paper(Size { width: 612.0, height: 792.0 }), "letter");
        assert_eq!(usual_paper(Size { width: 648.0, height: 432.0 }), "letter");
        assert_eq!(usual_paper(Size { width: 595.28, height: 841.89 }), "a4");
        assert_eq!(usual_paper(Size::mm(160.0, 90.0)), "a4");
    }
}
