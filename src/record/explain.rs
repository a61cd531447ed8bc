//! Why each file was made, or was not.

use std::collections::{BTreeMap, BTreeSet};

use super::{Manifest, Product};
use crate::source::ProjectPath;

/// How many inputs are named.
const NAMED: usize = 3;

/// Returns a line for each file of a build: why it was made or was not, by what the
/// build before it made. `products` are those whose making can be spared.
pub fn explain(
    now: &Manifest,
    before: Option<&Manifest>,
    products: &BTreeMap<ProjectPath, Product>,
) -> Vec<String> {
    let none = Manifest::default();
    let known = before.unwrap_or(&none);
    let kept: BTreeSet<&str> = products
        .iter()
        .filter(|(_, product)| product.is_kept)
        .map(|(path, _)| path.as_str())
        .collect();
    let mut lines = Vec::new();
    for (path, entry) in &now.artifacts {
        let changed = now.changed_inputs(path, known);
        let (is_kept, old) = (kept.contains(path.as_str()), known.artifacts.get(path));
        let is_same = old.is_some_and(|old| old.hash == entry.hash);
        // What another command made lately, such as `recto cards`, is taken over.
        let (is_kept, is_cached) = (is_kept && is_same, is_kept && !is_same);
        let did = if is_kept { "kept" } else { "made" };
        let why = match old {
            None if before.is_none() => "no earlier build is known".to_owned(),
            None => "it is new".to_owned(),
            Some(_) if is_kept && !changed.is_empty() => {
                format!("{}, but not what it takes of it", named(&changed))
            }
            Some(_) if !changed.is_empty() => named(&changed),
            Some(_) if is_kept => "nothing that it is made of changed".to_owned(),
            Some(_) if is_same => "it is put together each time".to_owned(),
            Some(_) => "what it refers to, an option or the program changed".to_owned(),
        };
        let same = match (is_same, is_cached) {
            (true, _) if !is_kept => "; its bytes are the same",
            (_, true) => "; it was in the cache",
            (_, false) => "",
        };
        lines.push(format!("{did} {path}: {why}{same}"));
    }
    for path in known.artifacts.keys().filter(|path| !now.artifacts.contains_key(*path)) {
        lines.push(format!("removed {path}: nothing makes it any more"));
    }
    lines
}

fn named(changed: &BTreeSet<String>) -> String {
    let mut shown: Vec<&str> = changed.iter().take(NAMED).map(String::as_str).collect();
    let more = format!("{} more", changed.len().saturating_sub(NAMED));
    if changed.len() > NAMED {
        shown.push(&more);
    }
    format!("{} changed", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Entry, Input};

    fn manifest(hash: &str, input: &str) -> Manifest {
        let entry = Entry { hash: hash.into(), inputs: vec!["a.md".into()], ..Entry::default() };
        let input = Input { size: 1, hash: input.into() };
        Manifest {
            artifacts: BTreeMap::from([("a.pdf".into(), entry)]),
            inputs: BTreeMap::from([("a.md".into(), input)]),
        }
    }

    #[test]
    fn a_reason_is_what_changed() {
        let say = |now: &Manifest, before: Option<&Manifest>, is_kept| {
            let path = ProjectPath::new("a.pdf").expect("a path");
            let product = Product { is_kept, ..Product::default() };
            explain(now, before, &BTreeMap::from([(path, product)])).join("\n")
        };
        let first = manifest("1", "x");
        assert_eq!(say(&first, None, false), "made a.pdf: no earlier build is known");
        let new = say(&first, Some(&Manifest::default()), false);
        assert_eq!(new, "made a.pdf: it is new");
        let kept = say(&first, Some(&first), true);
        assert_eq!(kept, "kept a.pdf: nothing that it is made of changed");
        let edited = manifest("2", "y");
        assert_eq!(say(&edited, Some(&first), false), "made a.pdf: a.md changed");
        let touched = manifest("1", "y");
        let same = "made a.pdf: a.md changed; its bytes are the same";
        assert_eq!(say(&touched, Some(&first), false), same);
        let cached = "made a.pdf: a.md changed; it was in the cache";
        assert_eq!(say(&edited, Some(&first), true), cached);
        let gone = say(&Manifest::default(), Some(&first), false);
        assert_eq!(gone, "removed a.pdf: nothing makes it any more");
    }
}
