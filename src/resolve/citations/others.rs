//! "And others": authors whom a bibliography does not name.
//!
//! The engine gets so many nobodies that it abbreviates the list as the style
//! has it; those of them that it prints are taken out here, with the delimiters
//! before them.

use hayagriva::{ElemChild, ElemChildren, ElemMeta};

use crate::model::Inline;

/// Takes nobodies out; `is_nobody` tells their letter, `et_al` is what stands
/// for them where the style would have named all.
pub(super) fn settle(children: &mut ElemChildren, is_nobody: &impl Fn(char) -> bool, et_al: &str) {
    for child in &mut children.0 {
        if let ElemChild::Elem(elem) = child {
            settle(&mut elem.children, is_nobody, et_al);
        }
    }
    let here = |child: &ElemChild| match child {
        ElemChild::Elem(elem) => {
            matches!(elem.meta, Some(ElemMeta::Name(..))) && holds(&elem.children, is_nobody)
        }
        _ => false,
    };
    while let Some(first) = children.0.iter().position(here) {
        let is_name = |child: &ElemChild| match child {
            ElemChild::Elem(elem) => matches!(elem.meta, Some(ElemMeta::Name(..))),
            _ => false,
        };
        let mut last = first;
        for (at, child) in children.0.iter().enumerate().skip(first) {
            if here(child) {
                last = at;
            } else if is_name(child) {
                break;
            }
        }
        let following: String =
            children.0[last + 1..].iter().take_while(|child| !is_name(child)).map(plain).collect();
        let has_delimiter = first > 0 && matches!(children.0[first - 1], ElemChild::Text(_));
        let start = first - usize::from(has_delimiter);
        let delimiter = children.0.get(start).filter(|_| has_delimiter).cloned();
        children.0.drain(start..=last);
        if et_al.is_empty() || bare(&following).contains(&bare(et_al)) {
            continue;
        }
        if let Some(ElemChild::Text(mut text)) = delimiter {
            let comma = if text.text.starts_with(',') { ", " } else { " " };
            // One full stop is enough.
            let et_al =
                if following.starts_with('.') { et_al.trim_end_matches('.') } else { et_al };
            text.text = format!("{comma}{et_al}");
            children.0.insert(start, ElemChild::Text(text));
        }
    }
}

/// Returns text without what styles do to terms.
fn bare(text: &str) -> String {
    let letters = text.chars().filter(|c| *c != '.');
    letters.map(|c| if c.is_whitespace() { ' ' } else { c }).collect::<String>().to_lowercase()
}

fn plain(child: &ElemChild) -> String {
    format!("{child:#}")
}

fn holds(children: &ElemChildren, is_nobody: &impl Fn(char) -> bool) -> bool {
    children.0.iter().any(|child| match child {
        ElemChild::Text(text) => text.text.contains(is_nobody),
        ElemChild::Elem(elem) => holds(&elem.children, is_nobody),
        ElemChild::Markup(_) | ElemChild::Link { .. } | ElemChild::Transparent { .. } => false,
    })
}

/// Takes the second full stop from behind "et al.".
pub(super) fn tidy(content: &mut [Inline], et_al: &str) {
    if !et_al.ends_with('.') {
        return;
    }
    for inline in content {
        match inline {
            Inline::Text(text) => *text = text.replace(&format!("{et_al}."), et_al),
            Inline::Emphasis(content) | Inline::Strong(content) | Inline::SmallCaps(content) => {
                tidy(content, et_al)
            }
            _ => {}
        }
    }
}
