//! Notes of the types that every Anki profile has: a CSV of them needs no package.
//!
//! Anki names these types in the language that a profile was made in, and never
//! renames them; the names are those of Anki 25.09 and 26.09. What our own types
//! have in fields of their own stands around question and answer here.

use super::note::Note;
use super::note_type::Kind;
use super::retired;
use crate::model::ProfileLanguage;

/// The names of the stock types.
pub(super) struct Names {
    basic: &'static str,
    reversed: &'static str,
    cloze: &'static str,
    occlusion: &'static str,
}

/// Returns the names in profiles made in a language.
pub(super) fn names(language: ProfileLanguage) -> Names {
    match language {
        ProfileLanguage::English => Names {
            basic: "Basic",
            reversed: "Basic (and reversed card)",
            cloze: "Cloze",
            occlusion: "Image Occlusion",
        },
        ProfileLanguage::German => Names {
            basic: "Einfach",
            reversed: "Einfach (und die umgekehrte Richtung)",
            cloze: "Lückentext",
            occlusion: "Bildverdeckung",
        },
        ProfileLanguage::French => Names {
            basic: "Basique",
            reversed: "Généralités (deux sens)",
            cloze: "Texte à trous",
            occlusion: "Schéma à Remplir",
        },
        ProfileLanguage::Spanish => Names {
            basic: "Básico",
            reversed: "Básico (y tarjeta invertida)",
            cloze: "Respuesta anidada",
            occlusion: "Oclusión de imagen",
        },
    }
}

/// The most fields of a stock type: those of image occlusion.
pub(super) const WIDTH: usize = 5;

/// Returns a note as a row: guid, type, deck, and fields.
pub(super) fn row(note: &Note, names: &Names) -> Vec<String> {
    let (name, fields) = fields(note, names);
    // Under the other guid, a collection may hold the note of our own type.
    let mut row = vec![format!("{}-stock", note.guid), name.to_owned(), note.deck.clone()];
    row.extend(fields);
    row
}

fn fields(note: &Note, names: &Names) -> (&'static str, Vec<String>) {
    let get = |name: &str| {
        let place = note.kind.fields().iter().position(|field| *field == name);
        place.and_then(|place| note.fields.get(place)).map_or("", String::as_str)
    };
    let small = |name: &str| match get(name) {
        "" => String::new(),
        html => format!("<small>{html}</small>"),
    };
    let joined = |parts: &[String]| {
        let parts: Vec<&str> =
            parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        parts.join("<br>")
    };
    let extra = get("Extra").to_owned();
    let foot = [extra, small("Sources"), small("Read on")];
    let with_foot = |first: &[&str]| {
        let first = first.iter().map(|part| (*part).to_owned());
        joined(&first.chain(foot.clone()).collect::<Vec<_>>())
    };
    match note.kind {
        Kind::Basic => {
            let is_reversed = get("Both ways") == "yes";
            // Asked the other way round, the answer stands alone; that it is gone from
            // the deck it must say all the same.
            let is_retired = note.tags.iter().any(|tag| tag.as_str() == retired::TAG);
            let (front, back) = if is_reversed && !is_retired {
                (get("Front").to_owned(), get("Back").to_owned())
            } else {
                (joined(&[small("Context"), get("Front").to_owned()]), with_foot(&[get("Back")]))
            };
            (if is_reversed { names.reversed } else { names.basic }, vec![front, back])
        }
        Kind::Cloze => {
            let text = joined(&[small("Context"), get("Text").to_owned()]);
            (names.cloze, vec![text, with_foot(&[])])
        }
        Kind::Figure => {
            let parts = [small("Context"), get("Picture").to_owned(), get("Question").to_owned()];
            (names.basic, vec![joined(&parts), with_foot(&[get("Answer"), get("Other picture")])])
        }
        Kind::Occlusion => {
            let header = joined(&[small("Context"), get("Header").to_owned()]);
            let back =
                joined(&[without_clozes(get("Back Extra")), foot[1].clone(), foot[2].clone()]);
            let (covered, image) = (get("Occlusion").to_owned(), get("Image").to_owned());
            (names.occlusion, vec![covered, image, header, back])
        }
    }
}

/// The stock type shows the field as it is.
fn without_clozes(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("{{c") {
        out.push_str(before);
        let body = after.split_once("::").map_or(after, |(_, body)| body);
        let (said, after) = body.split_once("}}").unwrap_or((body, ""));
        out.push_str(said);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clozes_are_taken_out() {
        assert_eq!(without_clozes("<li>{{c1::a}}</li><li>{{c12::b}}</li>"), "<li>a</li><li>b</li>");
        assert_eq!(without_clozes("&#123;&#123;c1::x"), "&#123;&#123;c1::x");
    }
}
