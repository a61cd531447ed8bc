//! Addresses of the web: as links need them, and as readers type them.

/// Returns an address of the web as it may stand in a link; `None` if it leads
/// nowhere.
///
/// What RFC 3986 forbids is written in percents, and so are letters outside of
/// ASCII (RFC 3987, section 3.1), but for those of a host's name, which have a
/// code of their own.
pub fn web_address(url: &str) -> Option<String> {
    let (scheme, rest) = url.trim().split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    let body = match scheme.as_str() {
        "http" | "https" => {
            let body = rest.strip_prefix("//")?;
            let host = body.split(['/', '?', '#']).next().unwrap_or_default();
            let bad = |c: char| c.is_whitespace() || c.is_control() || "<>\"\\^`{|}%".contains(c);
            if host.is_empty() || host.starts_with([':', '@']) || host.chars().any(bad) {
                return None;
            }
            body
        }
        "mailto" if rest.contains('@') => rest,
        _ => return None,
    };
    let mut out = scheme;
    out.push_str(if out == "mailto" { ":" } else { "://" });
    let mut fragment = false;
    let bytes = body.as_bytes();
    let host = body.find(['/', '?', '#']).unwrap_or(body.len());
    for (at, c) in body.char_indices() {
        let escape = match c {
            '%' => {
                !bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
            }
            '#' => std::mem::replace(&mut fragment, true),
            '[' | ']' => at > host,
            c if !c.is_ascii() => at > host || c.is_whitespace() || c.is_control(),
            c => c.is_whitespace() || c.is_control() || "<>\"\\^`{|}".contains(c),
        };
        if escape {
            for byte in c.to_string().bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        } else {
            out.push(c);
        }
    }
    Some(out)
}

/// Returns how long an address is that a text begins with: `https://…`, up to
/// what no address holds, without the punctuation of the sentence around it.
/// 0 if there is none.
pub fn address_length(text: &str) -> usize {
    let starts = ["https://", "http://"].into_iter().find(|start| text.starts_with(start));
    let Some(start) = starts else { return 0 };
    let length = address_part(text);
    if length > start.len() { length } else { 0 }
}

/// Returns how long the part of a text is that can stand in an address, without
/// the punctuation of the sentence around it.
pub fn address_part(text: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || c.is_control() || "<>\"“”„«»".contains(c);
    let mut part = &text[..text.find(ends).unwrap_or(text.len())];
    let count = |sign: char| part.matches(sign).count();
    let mut brackets = [(')', '('), (']', '['), ('}', '{')]
        .map(|(close, open)| (close, count(close), count(open)));
    while let Some(last) = part.chars().next_back() {
        // A bracket that was opened before the address closes after it.
        let bracket = brackets.iter_mut().find(|(close, ..)| *close == last);
        match bracket {
            Some((_, closed, opened)) if *closed > *opened => *closed -= 1,
            None if ".,;:!?'’…".contains(last) => {}
            _ => break,
        }
        part = &part[..part.len() - last.len_utf8()];
    }
    part.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_made_valid() {
        for (url, expected) in [
            ("https://a.org/x y|z?q=[1]#f#g", Some("https://a.org/x%20y%7Cz?q=%5B1%5D#f%23g")),
            ("HTTP://a.org/100%", Some("http://a.org/100%25")),
            ("https://a.org/%C3%BC/ü", Some("https://a.org/%C3%BC/%C3%BC")),
            ("https://bücher.de/ü", Some("https://bücher.de/%C3%BC")),
            ("https://[::1]/x", Some("https://[::1]/x")),
            ("mailto:a@b.org", Some("mailto:a@b.org")),
            ("https:///x", None),
            ("https://a b/", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(web_address(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn addresses_end_before_the_sentence_does() {
        for (text, expected) in [
            ("https://a.org/b.", "https://a.org/b"),
            ("https://a.org/b_(c)), and", "https://a.org/b_(c)"),
            ("https://a.org/?q=1;2#x>", "https://a.org/?q=1;2#x"),
            ("https://", ""),
            ("ftp://a.org", ""),
        ] {
            assert_eq!(&text[..address_length(text)], expected);
        }
    }
}
