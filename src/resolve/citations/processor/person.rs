//! The parts of a person's name (CSL 1.0.2, "Name-part Order").

use std::borrow::Cow;

use super::super::manuals::Manual;
use super::names::straightened;
use crate::model::PersonName;

/// The parts of a name as they are printed.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    /// With a particle that no space parts from it: "d’Alembert".
    pub(super) family: Cow<'a, str>,
    pub(super) given: Option<Cow<'a, str>>,
    /// The particle that goes with the given name, or nothing.
    pub(super) dropping: Cow<'a, str>,
    /// The particle that stays with the family name, or nothing.
    pub(super) particle: Cow<'a, str>,
    /// Whether no space comes after the dropping particle.
    pub(super) tied: bool,
    pub(super) suffix: Option<Cow<'a, str>>,
}

impl<'a> Parts<'a> {
    /// Takes a name apart, as a manual has it.
    pub(super) fn of(person: &'a PersonName, manual: Manual) -> Self {
        let mut family = straightened(&person.family);
        let mut particle = person.particle.as_deref().map_or(Cow::Borrowed(""), straightened);
        let dropping = person.dropping_particle.as_deref().map_or(Cow::Borrowed(""), straightened);
        if particle.is_empty() && dropping.is_empty() && person.given.is_some() {
            let (small, rest) = leading(&family);
            if !small.is_empty() {
                let (small, rest) = (small.to_owned(), rest.to_owned());
                particle = Cow::Owned(small);
                family = Cow::Owned(rest);
            }
        }
        if is_tied(&particle) {
            family = Cow::Owned(format!("{particle}{family}"));
            particle = Cow::Borrowed("");
        }
        let tied = is_tied(&dropping);
        if person.given.is_none() && !dropping.is_empty() {
            // Of a name without a given one, nothing is dropped.
            let gap = if tied { "" } else { " " };
            let whole = match particle.is_empty() {
                true => format!("{dropping}{gap}{family}"),
                false => format!("{dropping} {particle} {family}"),
            };
            return Self {
                family: Cow::Owned(whole),
                given: None,
                dropping: Cow::Borrowed(""),
                particle: Cow::Borrowed(""),
                tied: false,
                suffix: person.suffix.as_deref().map(Cow::Borrowed),
            };
        }
        Self {
            family,
            given: person.given.as_deref().map(|given| manual.given(spaced(straightened(given)))),
            dropping,
            particle,
            tied,
            suffix: person.suffix.as_deref().map(|suffix| manual.suffix(suffix)),
        }
    }
}

/// Tells whether no space comes after a particle: "d’", "al-"; but "de’ Medici".
fn is_tied(particle: &str) -> bool {
    let elided = particle.strip_suffix('’').or_else(|| particle.strip_suffix('\''));
    particle.ends_with('-')
        || elided.is_some_and(|rest| !rest.is_empty() && !rest.ends_with(['a', 'e', 'i', 'o', 'u']))
}

/// Returns the words in small letters before a family name, and that name.
fn leading(family: &str) -> (&str, &str) {
    let mut at = 0;
    for word in family.split_inclusive(' ') {
        if !word.starts_with(char::is_lowercase) || at + word.len() == family.len() {
            break;
        }
        at += word.len();
    }
    (family[..at].trim_end(), &family[at..])
}

/// Puts spaces into "RW": two or three capitals are initials.
fn spaced(given: Cow<'_, str>) -> Cow<'_, str> {
    let short = given.len() <= 12 && (2..=3).contains(&given.chars().count());
    if !short || !given.chars().all(char::is_uppercase) {
        return given;
    }
    Cow::Owned(given.chars().map(String::from).collect::<Vec<_>>().join(" "))
}

/// Returns initials of given names: "J. P." of "John Paul", with ". " after each.
/// Unless `all`, only what is an initial already becomes one (CSL 1.0.2,
/// "initialize").
pub(super) fn initials(given: &str, with: &str, hyphen: bool, all: bool) -> String {
    let mut out = String::new();
    let initial = |out: &mut String, word: &str| {
        out.extend(word.chars().next().into_iter().flat_map(char::to_uppercase));
        out.push_str(with);
    };
    for word in given.split([' ', '\u{a0}', '.']).filter(|word| !word.is_empty()) {
        let mut parts = word.split(['-', '‐', '–']).filter(|part| !part.is_empty());
        let Some(first) = parts.next() else { continue };
        let is_initial = first.chars().count() == 1;
        if first.starts_with(char::is_lowercase) || !all && !is_initial {
            // "Jean de la": a word that is no name, or that is kept.
            let end = out.trim_end().len();
            out.truncate(end);
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
            out.push(' ');
            continue;
        }
        // "J." before a whole name has its space.
        initial(&mut out, first);
        for part in parts {
            if hyphen {
                let end = out.trim_end().len();
                out.truncate(end);
                out.push('-');
            }
            initial(&mut out, part);
        }
    }
    let end = out.trim_end().len();
    out.truncate(end);
    out
}

/// Whether a name is of a language that has the family name first, without a
/// space: all of its letters are Chinese, Japanese or Korean.
pub(super) fn is_static(family: &str, given: Option<&str>) -> bool {
    let is_cjk = |c: char| {
        matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
    };
    let all = |text: &str| text.chars().all(is_cjk);
    !family.is_empty() && all(family) && given.is_none_or(all)
}

/// Returns a name as it is sorted by (CSL 1.0.2, "Name-part Order", sorting).
pub(super) fn sort_parts(
    family: &str,
    given: Option<&str>,
    dropping: &str,
    particle: &str,
    suffix: Option<&str>,
    demoted: bool,
) -> String {
    let parts = match demoted {
        true => [family, dropping, particle, given.unwrap_or_default(), suffix.unwrap_or_default()],
        false => {
            [particle, family, dropping, given.unwrap_or_default(), suffix.unwrap_or_default()]
        }
    };
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_lead() {
        assert_eq!(leading("van der Lei"), ("van der", "Lei"));
        assert_eq!(leading("Ramón y Cajal"), ("", "Ramón y Cajal"));
        assert_eq!(leading("bell hooks"), ("bell", "hooks"));
        assert_eq!(leading("hooks"), ("", "hooks"));
    }

    #[test]
    fn some_particles_are_tied() {
        for tied in ["d’", "d'", "dell’", "al-"] {
            assert!(is_tied(tied), "{tied}");
        }
        for apart in ["de’", "de", "van der", "’t", "’", ""] {
            assert!(!is_tied(apart), "{apart}");
        }
    }

    #[test]
    fn initials_are_made() {
        for (given, with, hyphen, all, wanted) in [
            ("John Paul", ". ", true, true, "J. P."),
            ("Jean-Paul", ". ", true, true, "J.-P."),
            ("Guo-ping", "", false, true, "GP"),
            ("Guo-ping", ".", true, true, "G.-P."),
            ("J.P.", "", true, true, "JP"),
            ("John P.", ".", true, false, "John P."),
            ("M. E.", ". ", true, false, "M. E."),
            ("Émile", ".", true, true, "É."),
            ("", ".", true, true, ""),
        ] {
            assert_eq!(initials(given, with, hyphen, all), wanted, "{given}");
        }
        assert_eq!(spaced(Cow::Borrowed("RW")), "R W");
        assert_eq!(spaced(Cow::Borrowed("Ru")), "Ru");
    }
}
