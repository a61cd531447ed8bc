//! Who made the pictures of a figure: what holds for each, said once.

use super::{Figure, Inline, Panel};

/// Who made some of a figure's pictures, and under which license.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit<'a> {
    /// Who made them, as it is to be printed.
    pub maker: Option<&'a [Inline]>,
    /// The license, as an SPDX identifier.
    pub license: Option<&'a str>,
}

/// A credit, and the panels that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedCredit<'a> {
    /// The letters of the panels, in order; empty if it is that of all.
    pub letters: Vec<char>,
    /// The panels.
    pub panels: Vec<&'a Panel>,
    /// What is said of them.
    pub credit: Credit<'a>,
}

impl SharedCredit<'_> {
    /// Returns the letters as they are printed, three or more in a row as a
    /// range: "a–c, e"; `None` if it is the credit of all panels.
    pub fn lettering(&self) -> Option<String> {
        let mut runs: Vec<(char, char)> = Vec::new();
        for &letter in &self.letters {
            match runs.last_mut() {
                Some((_, last)) if u32::from(*last) + 1 == u32::from(letter) => *last = letter,
                _ => runs.push((letter, letter)),
            }
        }
        let runs = runs.into_iter().map(|(first, last)| match u32::from(last) - u32::from(first) {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first}–{last}"),
        });
        let said = runs.collect::<Vec<_>>().join(", ");
        (!said.is_empty()).then_some(said)
    }
}

impl Figure {
    /// Returns what holds for a panel: its own credit and license, each else the
    /// figure's.
    pub fn credit_of<'a>(&'a self, panel: &'a Panel) -> Credit<'a> {
        Credit {
            maker: panel.credit.as_deref().or(self.credit.as_deref()),
            license: panel.license.as_deref().or(self.license.as_deref()),
        }
    }

    /// Returns what is said of the pictures, equal credits joined, in the order
    /// of the panels. What nothing is said of is left out.
    pub fn credits(&self) -> Vec<SharedCredit<'_>> {
        let mut shared: Vec<SharedCredit<'_>> = Vec::new();
        for (letter, panel) in self.lettered() {
            let credit = self.credit_of(panel);
            match shared.iter_mut().find(|other| other.credit == credit) {
                Some(same) => {
                    same.letters.extend(letter);
                    same.panels.push(panel);
                }
                None => {
                    let letters = letter.into_iter().collect();
                    shared.push(SharedCredit { letters, panels: vec![panel], credit });
                }
            }
        }
        if let [only] = shared.as_mut_slice() {
            only.letters.clear();
        }
        shared.retain(|shared| shared.credit.maker.is_some() || shared.credit.license.is_some());
        shared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Caption, Controls, Excerpt, Image, NodeId};
    use crate::source::{ProjectPath, Sources, Span};

    fn figure(panels: &[(Option<&str>, Option<&str>)]) -> Figure {
        let path = ProjectPath::new("a.png").expect("a path");
        let file = Sources::default().add(path.clone(), String::new());
        let (id, span) = (NodeId { file, index: 0 }, Span::new(file, 0, 0));
        let text = |text: &str| vec![Inline::Text(text.into())];
        let excerpt = Excerpt::whole(path);
        let (alt, description) = ("x".into(), Vec::new());
        let image = Image { excerpt, span, alt, description, pixel_size: None };
        let panels = panels.iter().map(|(credit, license)| Panel {
            credit: credit.map(text),
            license: license.map(Into::into),
            ..Panel::only(id, image.clone(), Vec::new())
        });
        Figure {
            id,
            label: None,
            panels: panels.collect(),
            columns: None,
            caption: Caption { long: Vec::new(), short: None },
            credit: Some(text("A")),
            license: None,
            width: None,
            controls: Controls::default(),
            span,
        }
    }

    #[test]
    fn equal_credits_are_said_once() {
        let letters = |panels: &[_]| -> Vec<String> {
            let figure = figure(panels);
            figure.credits().iter().map(|shared| shared.lettering().unwrap_or_default()).collect()
        };
        assert_eq!(letters(&[(None, None), (Some("A"), None)]), [""]);
        assert_eq!(letters(&[(None, None), (Some("B"), None), (None, None)]), ["a, c", "b"]);
        let b = (Some("B"), None);
        assert_eq!(letters(&[b, b, (None, None), b, b, b]), ["a, b, d–f", "c"]);
        assert_eq!(letters(&[(None, Some("X")), (None, None)]), ["a", "b"]);
        let mut nobody = figure(&[(None, None)]);
        nobody.credit = None;
        assert_eq!(nobody.credits(), []);
    }
}
