//! Lists of names, as BibTeX and biber split them.

use crate::model::{Name, NameList, PersonName};
use crate::read::bibliography::{latex, names};

/// Reads the value of a field of names. A prefix goes with the given name if
/// not `with_prefix`. Names that cannot be told apart are returned, too.
pub(super) fn read(value: &str, with_prefix: bool) -> (NameList, Vec<String>) {
    let mut list = NameList::default();
    let mut odd = Vec::new();
    for written in split_names(value) {
        let written = written.trim();
        if written.is_empty() {
            continue;
        }
        if names::is_others(written) {
            list.others = true;
            continue;
        }
        match name(written) {
            Some(Name::Person(mut person)) => {
                if !with_prefix && person.dropping_particle.is_none() {
                    person.dropping_particle = person.particle.take();
                }
                list.names.push(Name::Person(person));
            }
            Some(name @ Name::Literal(_)) => list.names.push(name),
            None => {
                let plain = plain(written);
                odd.push(plain.clone());
                list.names.push(Name::Literal(plain));
            }
        }
    }
    (list, odd)
}

/// Splits a list, such as of publishers, at its `and`s.
pub(super) fn split_names(value: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    let bytes = value.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'a' | b'A' if depth == 0 => {
                let is_and = value.get(at..at + 3).is_some_and(|w| w.eq_ignore_ascii_case("and"));
                let space = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
                let before = at.checked_sub(1).and_then(|before| bytes.get(before));
                if is_and && space(before) && space(bytes.get(at + 3)) {
                    parts.push(&value[start..at]);
                    start = at + 3;
                }
            }
            _ => {}
        }
    }
    parts.push(&value[start..]);
    parts
}

fn plain(text: &str) -> String {
    latex::plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Splits where a sign stands outside of braces.
fn split_outside(text: &str, at: impl Fn(char) -> bool) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (index, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            c if depth == 0 && at(c) => {
                parts.push(text[start..index].trim());
                start = index + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

/// Tells whether a text is one group in braces, and no command.
fn is_group(text: &str) -> bool {
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    inner.is_some_and(|inner| {
        let mut depth = 0_usize;
        let closed = inner.bytes().all(|byte| {
            match byte {
                b'{' => depth += 1,
                b'}' => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return false,
                },
                _ => {}
            }
            true
        });
        closed && !inner.trim_start().starts_with('\\')
    })
}

/// Reads one name; `None` if it has more commas than names have.
fn name(written: &str) -> Option<Name> {
    if is_group(written) {
        return Some(Name::Literal(plain(written)));
    }
    let parts = split_outside(written, |c| c == ',');
    if parts.iter().any(|part| part.split_once('=').is_some_and(|(key, _)| is_part(key))) {
        return extended(&parts);
    }
    match parts.as_slice() {
        [_] => Some(in_order(written)),
        [family, given] if names::is_suffix(given) && plain(family).contains(' ') => {
            names::read(&plain(written))
        }
        [family, given] => person(family, given, ""),
        [family, given, suffix] if names::is_suffix(&plain(suffix)) => {
            person(family, given, suffix)
        }
        [family, suffix, given] => person(family, given, suffix),
        _ => None,
    }
}

fn is_part(key: &str) -> bool {
    let key = key.trim();
    matches!(key, "family" | "given" | "prefix" | "suffix" | "useprefix" | "nameitem")
        || matches!(key, "family-i" | "given-i" | "prefix-i" | "suffix-i")
}

/// Reads biber's "family=Doe, given=Jane, prefix=van".
fn extended(parts: &[&str]) -> Option<Name> {
    let get = |name: &str| {
        let part = parts.iter().find_map(|part| {
            let (key, value) = part.split_once('=')?;
            (key.trim() == name).then(|| plain(value.trim().trim_matches('"')))
        });
        part.filter(|part| !part.is_empty())
    };
    let person = names::person(&get("family")?, &get("given").unwrap_or_default(), "")?;
    Some(match get("prefix") {
        Some(prefix) => {
            let (particle, dropping) = match get("useprefix").as_deref() {
                Some("false") => (None, Some(prefix)),
                _ => (Some(prefix), None),
            };
            let suffix = get("suffix");
            Name::Person(PersonName { particle, dropping_particle: dropping, suffix, ..person })
        }
        None if person.given.is_none() => Name::Literal(person.family),
        None => Name::Person(PersonName { suffix: get("suffix"), ..person }),
    })
}

/// Makes a person of parts that stand in their own places.
fn person(family: &str, given: &str, suffix: &str) -> Option<Name> {
    let plain_family = plain(family);
    let mut person = names::person(&plain_family, &plain(given), &plain(suffix))?;
    if is_group(family) {
        // What is in braces is no prefix.
        person.family = plain_family;
        person.particle = None;
    }
    Some(Name::Person(person))
}

/// Reads "Given von Family". What is in braces is one word.
fn in_order(written: &str) -> Name {
    let words = split_outside(written, |c| c.is_whitespace() || c == '~');
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let plain_words: Vec<String> = words.iter().map(|word| plain(word)).collect();
    let borrowed: Vec<&str> = plain_words.iter().map(String::as_str).collect();
    let whole = borrowed.join(" ");
    if words.len() == 1 || names::is_institution(&borrowed) {
        return Name::Literal(whole);
    }
    match words.split_last() {
        Some((last, before)) if is_group(last) && !before.is_empty() => {
            let given = borrowed[..before.len()].join(" ");
            person(last, &given, "").unwrap_or(Name::Literal(whole))
        }
        _ => names::read(&whole).unwrap_or(Name::Literal(whole)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows names as "particle|family|given|dropping|suffix".
    fn shown(value: &str) -> String {
        let (list, odd) = read(value, true);
        let mut shown: Vec<String> = list
            .names
            .into_iter()
            .map(|name| match name {
                Name::Literal(text) => format!("={text}"),
                Name::Person(person) => [
                    person.particle,
                    Some(person.family),
                    person.given,
                    person.dropping_particle,
                    person.suffix,
                ]
                .map(Option::unwrap_or_default)
                .join("|"),
            })
            .collect();
        shown.extend(list.others.then(|| "…".to_owned()));
        shown.extend(odd.iter().map(|name| format!("[{name}]")));
        shown.join(" & ")
    }

    #[test]
    fn lists_of_names() {
        for (written, expected) in [
            ("Light, Richard W. and Ball, Wilmot", "|Light|Richard W.|| & |Ball|Wilmot||"),
            ("Light, R. AND\n others", "|Light|R.|| & …"),
            ("Sandy Anders\tand Rand Andover", "|Anders|Sandy|| & |Andover|Rand||"),
            ("{World Health Organization}", "=World Health Organization"),
            ("World Health Organization", "=World Health Organization"),
            ("{Barnes and Noble} and Plato", "=Barnes and Noble & =Plato"),
            ("M{\\\"u}ller, J{\\'o}zef", "|Müller|Józef||"),
            ("{\\'E}cole", "=École"),
            ("van der Meer, J. W. M.", "van der|Meer|J. W. M.||"),
            ("Ludwig van Beethoven", "van|Beethoven|Ludwig||"),
            ("{de la Cruz}, Juan", "|de la Cruz|Juan||"),
            ("Juan {de la Cruz}", "|de la Cruz|Juan||"),
            ("King, Jr, Martin Luther", "|King|Martin Luther||Jr"),
            ("King, Jr., M. L.", "|King|M. L.||Jr."),
            ("Donald~E. Knuth", "|Knuth|Donald E.||"),
            ("family=Meer, given=Jos, prefix=van der", "van der|Meer|Jos||"),
            ("Smith, J., Doe, A.", "=Smith, J., Doe, A. & [Smith, J., Doe, A.]"),
            ("", ""),
        ] {
            assert_eq!(shown(written), expected, "{written}");
        }
        let (list, _) = read("van der Meer, Jos", false);
        let Name::Person(person) = &list.names[0] else { panic!("a person") };
        assert_eq!(person.dropping_particle.as_deref(), Some("van der"));
    }
}
