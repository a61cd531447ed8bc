//! Names, as the engine takes them.
//!
//! hayagriva 0.10.1 looks for particles wherever a family name has a word in small
//! letters: of "Ramón y Cajal" it makes "Cajal, Ramón y". It sets a space after
//! "d’". Of "Guo-ping" it makes the initials "G- ping". And names without given
//! names are institutions to it.

use hayagriva::citationberg::json::{LiteralName, NameItem, NameValue};

use super::cipher::{Cipher, Sign};
use super::rules::Rules;
use crate::model::{Dress, Name, PersonName, RichText};

/// Returns the value of a name.
pub(super) fn name_value(name: &Name, rules: &Rules, cipher: &mut Cipher) -> NameValue {
    let person = match name {
        Name::Literal(text) => {
            let literal = cipher.encode(&RichText::from(with_apostrophes(text)));
            return NameValue::Literal(LiteralName { literal });
        }
        Name::Person(person) => rules.manual.name(person),
    };
    let PersonName { family, given, dropping_particle, mut particle, suffix } = person;
    let Some(given) = given else {
        let parts = [dropping_particle, particle, Some(family)];
        let literal = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        return NameValue::Literal(LiteralName { literal: with_apostrophes(&literal) });
    };
    let mut family = with_apostrophes(&family);
    if particle.is_none() && dropping_particle.is_none() {
        let (small, rest) = leading(&family);
        if !small.is_empty() {
            particle = Some(small.to_owned());
            family = rest.to_owned();
        }
    }
    let mut particle = particle.as_deref().map(with_apostrophes);
    if let Some(tied) = particle.take_if(|particle| is_tied(particle)) {
        family.insert_str(0, &tied);
    }
    let mut given = spaced_initials(&with_apostrophes(&given));
    if rules.initials {
        given = with_capitals(&given);
    }
    NameValue::Item(NameItem {
        family: without_particles(&family, cipher),
        given: Some(given),
        non_dropping_particle: particle,
        dropping_particle: dropping_particle.as_deref().map(with_apostrophes),
        suffix,
        comma_suffix: None,
    })
}

/// Tells whether no space comes after a particle: "d’", "al-"; but "de’ Medici".
pub(super) fn is_tied(particle: &str) -> bool {
    let elided = particle.strip_suffix('’').or_else(|| particle.strip_suffix('\''));
    particle.ends_with('-')
        || elided.is_some_and(|rest| !rest.is_empty() && !rest.ends_with(['a', 'e', 'i', 'o', 'u']))
}

/// Returns a name with the apostrophes of print.
fn with_apostrophes(name: &str) -> String {
    name.replace('\'', "’")
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

/// Hides from the engine that words within a family name are in small letters.
fn without_particles(family: &str, cipher: &mut Cipher) -> String {
    let mut out = String::new();
    for (at, letter) in family.char_indices() {
        let begins = at > 0 && family[..at].ends_with(' ');
        let code = (begins && letter.is_lowercase())
            .then(|| cipher.code(Sign::Letter(letter, Dress::default())))
            .flatten();
        out.push(code.unwrap_or(letter));
    }
    out
}

/// Puts spaces into "RW", which the engine would take for one name and print as
/// "R": two or three capitals are initials.
fn spaced_initials(given: &str) -> String {
    let short = (2..=3).contains(&given.chars().count());
    if !short || !given.chars().all(char::is_uppercase) {
        return given.to_owned();
    }
    given.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

/// Makes "Guo-Ping" of "Guo-ping": its initials are two.
fn with_capitals(given: &str) -> String {
    let mut out = String::new();
    let mut hyphen = false;
    for letter in given.chars() {
        if hyphen {
            out.extend(letter.to_uppercase());
        } else {
            out.push(letter);
        }
        hyphen = letter == '-';
    }
    out
}

#[cfg(test)]
mod tests {
    use hayagriva::types::Person;

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
        for apart in ["de’", "de", "van der", "’t", "’"] {
            assert!(!is_tied(apart), "{apart}");
        }
    }

    #[test]
    fn initials_are_told_apart() {
        assert_eq!(spaced_initials("RW"), "R W");
        assert_eq!(spaced_initials("R."), "R.");
        assert_eq!(with_capitals("Guo-ping"), "Guo-Ping");
    }

    /// The engine has it right once one of these fails.
    #[test]
    fn the_engine_takes_names_apart() {
        let person = Person::from_strings(vec!["Ramón y Cajal", "Santiago"]).expect("a name");
        assert_eq!((person.name.as_str(), person.prefix.as_deref()), ("Cajal", Some("Ramón y")));
        let person = Person::from_strings(vec!["Chen", "Guo-ping"]).expect("a name");
        let mut initials = String::new();
        person.initials(&mut initials, Some("."), true).expect("a string takes it");
        assert_eq!(initials, "G.- ping");
    }
}
