//! What a test of the suite says.

use serde_json::Value;

/// A test.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) mode: Mode,
    /// What is to come out.
    pub(crate) result: String,
    /// The style.
    pub(crate) style: String,
    /// The works, with keys that Markdown takes: `w0`, `w1`, ….
    pub(crate) works: Vec<Value>,
    /// The citations, in the order of the text.
    pub(crate) citations: Vec<Vec<Item>>,
    /// Whether each citation of the result has a mark before it.
    pub(crate) marked: bool,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Citation,
    Bibliography,
}

/// A work in a citation.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// The number of the work.
    pub(crate) work: usize,
    pub(crate) locator: Option<(String, String)>,
    pub(crate) prefix: String,
    pub(crate) suffix: String,
    pub(crate) suppress_author: bool,
}

impl Case {
    /// Reads a test; an error says what of it has no place in Recto.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let section = |name: &str| {
            let start = text.find(&format!("== {name} =="))?;
            let start = start + text[start..].find('\n')?;
            let rest = &text[start..];
            let end = rest.find("<<==").unwrap_or(rest.len());
            Some(rest[..end].trim().to_owned())
        };
        for name in ["ABBREVIATIONS", "BIBSECTION", "BIBENTRIES", "LANGPARAMS", "MULTIAFFIX"] {
            if section(name).is_some_and(|text| !text.is_empty()) {
                return Err(format!("{name} is something that Recto has no place for"));
            }
        }
        let mode = match section("MODE").as_deref() {
            Some("citation") => Mode::Citation,
            Some("bibliography") => Mode::Bibliography,
            other => return Err(format!("mode {other:?}")),
        };
        let json = |name: &str| -> Result<Value, String> {
            let text = section(name).unwrap_or_default();
            if text.is_empty() {
                return Ok(Value::Null);
            }
            serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))
        };
        let Value::Array(mut works) = json("INPUT")? else { return Err("no works".into()) };
        let names: Vec<String> = works.iter().map(|work| plain(&work["id"])).collect();
        for (number, work) in works.iter_mut().enumerate() {
            work["id"] = Value::String(format!("w{number}"));
        }
        let item = |value: &Value| -> Result<Item, String> {
            let id = plain(&value["id"]);
            let work =
                names.iter().position(|name| *name == id).ok_or("a work that is not there")?;
            if value["author-only"].as_bool().unwrap_or_default() {
                return Err("authors alone".into());
            }
            let text = |name: &str| value.get(name).map(plain).unwrap_or_default();
            let locator = text("locator");
            let label = value.get("label").map_or_else(|| "page".to_owned(), plain);
            Ok(Item {
                work,
                locator: (!locator.is_empty()).then_some((label, locator)),
                prefix: text("prefix"),
                suffix: text("suffix"),
                suppress_author: value["suppress-author"].as_bool().unwrap_or_default()
                    || plain(&value["suppress-author"]) == "1",
            })
        };
        let items = |value: &Value| -> Result<Vec<Item>, String> {
            value.as_array().into_iter().flatten().map(item).collect()
        };
        let (sequence, lists) = (json("CITATIONS")?, json("CITATION-ITEMS")?);
        let citations = match (&sequence, &lists) {
            (Value::Array(steps), _) => in_order(steps)?
                .into_iter()
                .map(|citation| {
                    if citation["properties"].get("mode").is_some() {
                        return Err("a mode of citations".into());
                    }
                    items(&citation["citationItems"])
                })
                .collect::<Result<_, _>>()?,
            (_, Value::Array(lists)) => lists.iter().map(items).collect::<Result<_, _>>()?,
            _ if mode == Mode::Citation => vec![
                (0..works.len())
                    .map(|work| Item {
                        work,
                        locator: None,
                        prefix: String::new(),
                        suffix: String::new(),
                        suppress_author: false,
                    })
                    .collect(),
            ],
            _ => Vec::new(),
        };
        Ok(Self {
            mode,
            result: section("RESULT").unwrap_or_default(),
            style: section("CSL").unwrap_or_default(),
            works,
            citations,
            marked: sequence.is_array(),
        })
    }
}

/// Returns the citations as they stand after all steps.
fn in_order(steps: &[Value]) -> Result<Vec<&Value>, String> {
    let of = |name: &str| {
        steps.iter().rev().map(|step| &step[0]).find(|one| plain(&one["citationID"]) == name)
    };
    let last = steps.last().ok_or("no citations")?;
    let around =
        |at: usize| last[at].as_array().into_iter().flatten().filter_map(|one| of(&plain(&one[0])));
    Ok(around(1).chain([&last[0]]).chain(around(2)).collect())
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        value => value.to_string(),
    }
}
