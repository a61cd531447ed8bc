//! Names of persons and institutions, as bibliographies have them.

use std::borrow::Cow;

use crate::model::{Name, PersonName};

/// Reads a name in whatever order it is: "Light, Richard W.", "King, Jr, Martin
/// Luther", "Ludwig van Beethoven", "Light RW", "World Health Organization".
/// `None` if there are no letters.
pub(super) fn read(text: &str) -> Option<Name> {
    let text = squeezed(text)?;
    if text.contains(',') {
        return Some(inverted_name(&text));
    }
    if let Some(person) = with_initials(&text) {
        return Some(Name::Person(person));
    }
    let words: Vec<&str> = text.split(' ').collect();
    if words.len() == 1 || is_institution(&words) {
        return Some(Name::Literal(text.into_owned()));
    }
    Some(in_order(&words))
}

/// Reads a name of a format whose persons have the family name first: without a
/// comma, it is an institution's, or has initials ("Light RW").
pub(super) fn inverted(text: &str) -> Option<Name> {
    let text = squeezed(text)?;
    if text.contains(',') && !is_list_of_words(&text) {
        return Some(inverted_name(&text));
    }
    let person = with_initials(&text).map(Name::Person);
    Some(person.unwrap_or_else(|| Name::Literal(text.into_owned())))
}

/// Returns a person of the parts of a name; `None` without a family name.
pub(super) fn person(family: &str, given: &str, suffix: &str) -> Option<PersonName> {
    let family = squeezed(family)?;
    let mut person = PersonName::default();
    let words: Vec<&str> = family.split(' ').collect();
    // The family name itself keeps a word, even if none is capital.
    let particles = words[..words.len() - 1].iter().take_while(|word| is_particle(word)).count();
    let (before, after) = words.split_at(particles);
    person.family = after.join(" ");
    person.particle = filled(before.join(" "));
    let shouted = person.family.chars().count() > 3 && !person.family.contains(char::is_lowercase);
    if let Some(given) = squeezed(given) {
        let words: Vec<&str> = given.split(' ').collect();
        let trailing = words[1..].iter().rev().take_while(|word| is_particle(word)).count();
        let (before, after) = words.split_at(words.len() - trailing);
        let mut initials = String::with_capacity(given.len() + 4);
        for (at, word) in before.iter().enumerate() {
            if at > 0 {
                initials.push(' ');
            }
            push_initials(word, shouted, &mut initials);
        }
        person.given = filled(initials);
        person.dropping_particle = filled(after.join(" "));
    }
    person.suffix = squeezed(suffix).map(Cow::into_owned);
    Some(person)
}

/// Tells whether this stands for names that are not given: "and others".
pub(super) fn is_others(text: &str) -> bool {
    let text = text.trim().trim_matches(['.', ',']).to_lowercase();
    matches!(text.as_str(), "others" | "et al" | "and others" | "et alii" | "u. a" | "u.a")
}

/// Tells whether this is what may follow a person's name.
pub(super) fn is_suffix(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.');
    matches!(text, "Jr" | "Sr" | "Jun" | "Sen" | "jr" | "sr" | "JR" | "SR")
        || matches!(
            text,
            "II" | "III" | "IV" | "VI" | "VII" | "2nd" | "3rd" | "4th" | "5th" | "6th"
        )
}

/// Returns a text with single spaces; `None` if nothing is left.
pub(super) fn squeezed(text: &str) -> Option<Cow<'_, str>> {
    // Most are so already.
    let mut before = b' ';
    let is_single = text.bytes().all(|byte| {
        let fits = (b' '..0x7f).contains(&byte) && (byte, before) != (b' ', b' ');
        before = byte;
        fits
    });
    if is_single && before != b' ' {
        return Some(Cow::Borrowed(text));
    }
    filled(text.split_whitespace().collect::<Vec<_>>().join(" ")).map(Cow::Owned)
}

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Reads "Family, Given" with a suffix in second or third place.
fn inverted_name(text: &str) -> Name {
    let mut parts: Vec<&str> = text.split(',').map(str::trim).collect();
    parts.retain(|part| !part.is_empty());
    let person = match parts.as_slice() {
        [family, given] if is_suffix(given) && family.contains(' ') => {
            // "Martin Luther King, Jr."
            let words: Vec<&str> = family.split(' ').collect();
            match in_order(&words) {
                Name::Person(person) => {
                    Some(PersonName { suffix: squeezed(given).map(Cow::into_owned), ..person })
                }
                name @ Name::Literal(_) => return name,
            }
        }
        // "King, Martin L Jr", as MEDLINE has it.
        [family, given] => match given.rsplit_once(' ') {
            Some((given, suffix)) if is_suffix(suffix) => person(family, given, suffix),
            _ => person(family, given, ""),
        },
        [family, given, suffix] if is_suffix(suffix) => person(family, given, suffix),
        [family, suffix, given] => person(family, given, suffix),
        _ => None,
    };
    person.map(Name::Person).unwrap_or_else(|| Name::Literal(text.to_owned()))
}

/// Reads "Given von Family".
fn in_order(words: &[&str]) -> Name {
    let literal = || Name::Literal(words.join(" "));
    let (words, suffix) = match words {
        [before @ .., last] if before.len() > 1 && is_suffix(last) => (before, *last),
        _ => (words, ""),
    };
    let Some(last) = words.len().checked_sub(1) else { return literal() };
    // The family name begins at the first particle, else with the last word.
    let start = words[..last].iter().skip(1).position(|word| is_particle(word));
    let start = start.map_or(last, |start| start + 1);
    let (given, family) = words.split_at(start);
    person(&family.join(" "), &given.join(" "), suffix).map_or_else(literal, Name::Person)
}

/// Reads "Light RW", "van der Meer JW", "King ML Jr", "Agarwala R.".
fn with_initials(text: &str) -> Option<PersonName> {
    let mut words: Vec<&str> = text.split(' ').collect();
    let suffix = words.pop_if(|last| is_suffix(last)).unwrap_or_default();
    let given = words.pop()?;
    let last = words.last()?;
    let letters = given.replace(['.', '-'], "");
    let are_initials = letters.chars().all(char::is_uppercase)
        && (1..=4).contains(&letters.chars().count())
        && (given.contains('.') || last.contains(char::is_lowercase) || words.len() == 1);
    // "Richard W" has no family name; nor has "Hepatitis B Group R".
    let named = last.chars().count() > 1 && words.len() <= 4 && !is_institution(&words);
    (are_initials && named).then(|| person(&words.join(" "), given, suffix))?
}

/// Tells whether a word is a particle: "van", "de", "d'".
fn is_particle(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    letters.next().is_some_and(char::is_lowercase)
        && word.chars().all(|c| c.is_lowercase() || matches!(c, '\'' | '’' | '.' | '-'))
}

/// Tells whether words name no person.
pub(super) fn is_institution(words: &[&str]) -> bool {
    words.len() > 6
        || words.iter().any(|word| {
            let word = word.trim_matches(['(', ')', ',', '.']);
            INSTITUTIONS.contains(&word.to_lowercase().as_str())
        })
}

/// Tells whether commas are those of a list, as in "Department of Health,
/// Education, and Welfare".
fn is_list_of_words(text: &str) -> bool {
    text.contains(", and ")
}

/// Words that no person's name has, in languages whose institutions publish.
const INSTITUTIONS: [&str; 61] = [
    "academy",
    "agency",
    "alliance",
    "and",
    "association",
    "authority",
    "board",
    "bureau",
    "bundesamt",
    "center",
    "centers",
    "centre",
    "centro",
    "clinic",
    "club",
    "collaboration",
    "college",
    "collaborators",
    "commission",
    "committee",
    "consortium",
    "council",
    "department",
    "federation",
    "for",
    "force",
    "foundation",
    "gesellschaft",
    "government",
    "group",
    "hospital",
    "inc",
    "initiative",
    "institut",
    "institute",
    "institutes",
    "institution",
    "investigators",
    "kommission",
    "laboratory",
    "ministry",
    "ministère",
    "network",
    "of",
    "office",
    "organisation",
    "organization",
    "panel",
    "press",
    "program",
    "programme",
    "service",
    "services",
    "sociedad",
    "society",
    "société",
    "team",
    "trial",
    "union",
    "universität",
    "university",
];

/// Adds a given name's word with a period behind each initial: "W" is "W.",
/// "RW" is "R. W.", "J-P" is "J.-P.". Where everything is in capital letters,
/// only words without vowels are initials.
fn push_initials(word: &str, shouted: bool, out: &mut String) {
    for (at, part) in word.split('-').enumerate() {
        if at > 0 {
            out.push('-');
        }
        push_pointed(part, shouted, out);
    }
}

fn push_pointed(word: &str, shouted: bool, out: &mut String) {
    let letters = || word.chars().filter(|c| *c != '.');
    let count = letters().count();
    let capital = count > 0 && letters().all(char::is_uppercase);
    let vowels = || letters().any(|c| "AEIOUY".contains(c));
    let periods = word.contains('.');
    let are_initials = match count {
        _ if !capital => false,
        1 => true,
        2 | 3 => periods || !shouted || !vowels(),
        4 | 5 => word.matches('.').count() > 1 || (count == 4 && !periods && !vowels()),
        _ => false,
    };
    if !are_initials {
        out.push_str(word);
        return;
    }
    for (at, letter) in letters().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        out.push(letter);
        out.push('.');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows a name as "particle|family|given|dropping|suffix".
    fn shown(name: Option<Name>) -> String {
        match name {
            None => "none".into(),
            Some(Name::Literal(text)) => format!("={text}"),
            Some(Name::Person(person)) => [
                person.particle,
                Some(person.family),
                person.given,
                person.dropping_particle,
                person.suffix,
            ]
            .map(Option::unwrap_or_default)
            .join("|"),
        }
    }

    #[test]
    fn names_in_any_order() {
        for (written, expected) in [
            ("Light, Richard W.", "|Light|Richard W.||"),
            ("Light,  Richard\n W", "|Light|Richard W.||"),
            ("Light, R.W.", "|Light|R. W.||"),
            ("Light RW", "|Light|R. W.||"),
            ("van der Meer JWM", "van der|Meer|J. W. M.||"),
            ("King ML Jr", "|King|M. L.||Jr"),
            ("Agarwala R.", "|Agarwala|R.||"),
            ("Sartre, J-P", "|Sartre|J.-P.||"),
            ("King, Jr, Martin Luther", "|King|Martin Luther||Jr"),
            ("King, Martin Luther, Jr.", "|King|Martin Luther||Jr."),
            ("King, Martin L Jr", "|King|Martin L.||Jr"),
            ("Martin Luther King, Jr.", "|King|Martin Luther||Jr."),
            ("Ludwig van Beethoven", "van|Beethoven|Ludwig||"),
            ("Beethoven, Ludwig van", "|Beethoven|Ludwig|van|"),
            ("de la Cruz, Juan", "de la|Cruz|Juan||"),
            ("Van Dyke, Ann", "|Van Dyke|Ann||"),
            ("d'Alembert, Jean", "|d'Alembert|Jean||"),
            ("SMITH, ANN", "|SMITH|ANN||"),
            ("SMITH, RW", "|SMITH|R. W.||"),
            ("Richard W. Light", "|Light|Richard W.||"),
            ("Plato", "=Plato"),
            ("World Health Organization", "=World Health Organization"),
            ("ARDS Network", "=ARDS Network"),
            ("bell hooks", "|hooks|bell||"),
            (" , ", "none"),
            ("", "none"),
        ] {
            let name = read(written).filter(|name| *name != Name::Literal(",".into()));
            assert_eq!(shown(name), expected, "{written}");
        }
    }

    #[test]
    fn names_without_a_comma_are_of_institutions() {
        for (written, expected) in [
            ("British Thoracic", "=British Thoracic"),
            ("Light RW", "|Light|R. W.||"),
            ("Light, Richard", "|Light|Richard||"),
            ("Health, Education, and Welfare", "=Health, Education, and Welfare"),
        ] {
            assert_eq!(shown(inverted(written)), expected, "{written}");
        }
        assert!(is_others("et al.") && is_others("others") && !is_others("Otherson"));
    }
}
