//! What a print shop or an archive asks of pages.

/// Which inks pages are printed with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Coloring {
    /// All colors.
    #[default]
    Full,
    /// Black alone: pictures, marks and everything that a layout draws become
    /// gray.
    Grayscale,
}

impl Coloring {
    /// The colorings, by the names that manifests use.
    pub const NAMES: [(&str, Self); 2] = [("full", Self::Full), ("grayscale", Self::Grayscale)];

    /// Returns the name that manifests and layouts use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Grayscale => "grayscale",
        }
    }
}

/// What a PDF keeps to: the names of ISO's standards, or a version of the format
/// and no standard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Standard {
    /// PDF/UA-1 alone (ISO 14289-1).
    Ua1,
    /// PDF/A-1a (ISO 19005-1), which is of PDF 1.4: too old for PDF/UA-1.
    A1a,
    /// PDF/A-1b.
    A1b,
    /// PDF/UA-1 and PDF/A-2a (ISO 19005-2).
    #[default]
    A2a,
    /// PDF/UA-1 and PDF/A-2b.
    A2b,
    /// PDF/UA-1 and PDF/A-2u.
    A2u,
    /// PDF/UA-1 and PDF/A-3a (ISO 19005-3).
    A3a,
    /// PDF/UA-1 and PDF/A-3b.
    A3b,
    /// PDF/UA-1 and PDF/A-3u.
    A3u,
    /// PDF/A-4 (ISO 19005-4), which is of PDF 2.0, as PDF/UA-1 is not.
    A4,
    /// PDF 1.7 (ISO 32000-1), tagged.
    Pdf17,
    /// PDF 2.0 (ISO 32000-2), tagged.
    Pdf20,
    /// PDF/X-4 (ISO 15930-7), for the press edition of pages.
    X4,
    /// PDF 1.6, for a press edition that is for no certain press.
    Pdf16,
}

impl Standard {
    /// Returns the standards that a file conforms to at once, as they are called.
    pub fn parts(self) -> &'static [&'static str] {
        match self {
            Self::Ua1 => &["PDF/UA-1"],
            Self::A1a => &["PDF/A-1a"],
            Self::A1b => &["PDF/A-1b"],
            Self::A2a => &["PDF/A-2a", "PDF/UA-1"],
            Self::A2b => &["PDF/A-2b", "PDF/UA-1"],
            Self::A2u => &["PDF/A-2u", "PDF/UA-1"],
            Self::A3a => &["PDF/A-3a", "PDF/UA-1"],
            Self::A3b => &["PDF/A-3b", "PDF/UA-1"],
            Self::A3u => &["PDF/A-3u", "PDF/UA-1"],
            Self::A4 => &["PDF/A-4"],
            Self::Pdf17 => &["PDF 1.7"],
            Self::Pdf20 => &["PDF 2.0"],
            Self::X4 => &["PDF/X-4"],
            Self::Pdf16 => &["PDF 1.6"],
        }
    }

    /// Tells whether it is one of press editions, which nobody reads: they have neither
    /// tags nor links.
    pub fn is_of_press(self) -> bool {
        matches!(self, Self::X4 | Self::Pdf16)
    }

    /// The standards that pages may be asked to keep to, by the names that manifests
    /// use.
    pub const NAMES: [(&str, Self); 12] = [
        ("a-2a", Self::A2a),
        ("a-2b", Self::A2b),
        ("a-2u", Self::A2u),
        ("a-1a", Self::A1a),
        ("a-1b", Self::A1b),
        ("a-3a", Self::A3a),
        ("a-3b", Self::A3b),
        ("a-3u", Self::A3u),
        ("a-4", Self::A4),
        ("ua-1", Self::Ua1),
        ("1.7", Self::Pdf17),
        ("2.0", Self::Pdf20),
    ];
}

/// What a publication asks of its pages besides their look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PressSettings {
    /// Which inks they are printed with.
    pub coloring: Coloring,
    /// What the file keeps to.
    pub standard: Standard,
    /// How far what is drawn at the edges goes on beyond them, to be cut off.
    pub bleed: Bleed,
}

/// How far ink goes on beyond the edges of a page, in thousandths of a millimeter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Bleed(u32);

impl Bleed {
    /// What print shops ask for where they do not say.
    pub const USUAL: Self = Self(3000);

    /// Returns a bleed of millimeters, none of less than nothing.
    pub fn mm(length: f64) -> Self {
        Self((length * 1e3).round() as u32)
    }

    /// Returns it in millimeters.
    pub fn to_mm(self) -> f64 {
        f64::from(self.0) / 1e3
    }

    /// Tells whether there is none.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }
}
