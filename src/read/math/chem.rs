//! Chemical formulas, `\ce{…}`, to LaTeX: the plain part of mhchem's notation.
//!
//! Taken are elements with numbers and charges, isotopes, states in brackets,
//! numbers before a formula, sums, bonds, and arrows with or without words.

/// Arrows, longest first, and the LaTeX for them.
const ARROWS: [(&str, &str); 8] = [
    ("<=>>", "\\rightleftharpoons "),
    ("<<=>", "\\rightleftharpoons "),
    ("<=>", "\\rightleftharpoons "),
    ("<-->", "\\leftrightarrow "),
    ("<->", "\\leftrightarrow "),
    ("->", "\\rightarrow "),
    ("<-", "\\leftarrow "),
    ("=>", "\\Rightarrow "),
];

/// Returns the LaTeX of what stands in `\ce{…}`, or where it holds something
/// that is not taken.
pub(super) fn latex(text: &str) -> Result<String, usize> {
    let mut out = String::new();
    let mut at = 0;
    // Whether a digit counts what stands before it.
    let mut after_atom = false;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let begins = at == 0 || text[..at].ends_with([' ', '(', '[']);
        if let Some((sign, arrow)) = ARROWS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            at += sign.len();
            let above = bracketed(&text[at..]);
            match above {
                Some(words) if *arrow == "\\rightarrow " || *arrow == "\\leftarrow " => {
                    let above = if is_formula(words) {
                        latex(words).map_err(|place| at + 1 + place)?
                    } else {
                        words_of(words, at + 1)?
                    };
                    let name = arrow.trim_end().replace('\\', "\\x");
                    out.push_str(&format!("{name}{{{above}}} "));
                    at += words.len() + 2;
                }
                Some(_) => return Err(at),
                None => out.push_str(arrow),
            }
            after_atom = false;
            continue;
        }
        match c {
            ' ' => {
                after_atom = false;
                at += 1;
            }
            '0'..='9' => {
                let digits = rest.len()
                    - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
                let digits_end = rest[..digits].trim_end_matches('.').len();
                let number = &rest[..digits_end];
                if after_atom {
                    out.push_str(&format!("_{{{number}}}"));
                } else {
                    out.push_str(&format!("{number}\\,"));
                }
                at += digits_end;
            }
            'A'..='Z' | 'a'..='z' => {
                let length = 1 + rest[1..].chars().take_while(char::is_ascii_lowercase).count();
                let length = if c.is_ascii_lowercase() { 1 } else { length };
                out.push_str(&format!("\\mathrm{{{}}}", &rest[..length]));
                after_atom = true;
                at += length;
            }
            '^' | '_' => {
                let (content, length) = script(&rest[1..]).ok_or(at)?;
                // Before a letter, it belongs to an isotope.
                if !after_atom && !out.ends_with(['}', ')']) || begins {
                    out.push_str("{}");
                }
                out.push_str(&format!("{c}{{{}}}", charge(content)));
                at += 1 + length;
            }
            '+' | '-' if begins && rest[1..].starts_with([' ']) => {
                out.push(c);
                at += 1;
                after_atom = false;
            }
            '+' => {
                // The charge of what stands before it.
                out.push_str("^{+}");
                at += 1;
            }
            '-' if after_atom && rest[1..].starts_with(|c: char| c.is_ascii_uppercase()) => {
                out.push_str("{-}");
                at += 1;
                after_atom = false;
            }
            '-' => {
                out.push_str("^{-}");
                at += 1;
            }
            '=' | '#' => {
                out.push_str(if c == '=' { "{=}" } else { "{\\equiv}" });
                at += 1;
                after_atom = false;
            }
            '(' | '[' => {
                out.push(c);
                at += 1;
                after_atom = false;
            }
            ')' | ']' => {
                out.push(c);
                at += 1;
                after_atom = true;
            }
            '*' | '.' if !rest[1..].is_empty() => {
                out.push_str("\\cdot ");
                at += 1;
                after_atom = false;
            }
            ',' => {
                out.push(c);
                at += 1;
                after_atom = false;
            }
            _ => return Err(at),
        }
    }
    Ok(out)
}

/// Returns what stands in brackets at the start.
fn bracketed(text: &str) -> Option<&str> {
    text.strip_prefix('[')?.split_once(']').map(|(inside, _)| inside)
}

/// Words over an arrow that name substances.
fn is_formula(words: &str) -> bool {
    words.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
        && words.chars().all(|c| c.is_ascii_alphanumeric() || "+-^_() ".contains(c))
        && words.chars().any(|c| c.is_ascii_digit() || c == '+')
}

fn words_of(words: &str, at: usize) -> Result<String, usize> {
    let words = words.strip_prefix("\\text{").and_then(|w| w.strip_suffix('}')).unwrap_or(words);
    match words.find(['\\', '{', '}', '$', '%', '#', '&']) {
        Some(place) => Err(at + place),
        None => Ok(format!("\\text{{{words}}}")),
    }
}

/// Returns what a script holds, and how many bytes it takes: `{…}`, or a number
/// with its sign.
fn script(rest: &str) -> Option<(&str, usize)> {
    if let Some(inner) = rest.strip_prefix('{') {
        let (inside, _) = inner.split_once('}')?;
        let plain = inside.chars().all(|c| c.is_ascii_alphanumeric() || "+-.,*".contains(c));
        return (plain && !inside.is_empty()).then_some((inside, inside.len() + 2));
    }
    let digits = rest.chars().take_while(char::is_ascii_digit).count();
    let sign = usize::from(rest[digits..].starts_with(['+', '-']));
    let length = digits + sign;
    (length > 0).then(|| (&rest[..length], length))
}

fn charge(text: &str) -> String {
    let text = text.replace('*', "{\\ast}");
    // The 99m of an isotope is no variable.
    if text.contains(|c: char| c.is_ascii_alphabetic()) {
        format!("\\mathrm{{{text}}}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_formulas_are_taken() {
        for (given, wanted) in [
            ("H2O", "\\mathrm{H}_{2}\\mathrm{O}"),
            ("Ca^2+", "\\mathrm{Ca}^{2+}"),
            ("Na+", "\\mathrm{Na}^{+}"),
            ("SO4^2-", "\\mathrm{S}\\mathrm{O}_{4}^{2-}"),
            ("^{99m}Tc", "{}^{\\mathrm{99m}}\\mathrm{Tc}"),
            (
                "2H2 + O2 -> 2H2O",
                "2\\,\\mathrm{H}_{2}+\\mathrm{O}_{2}\\rightarrow 2\\,\\mathrm{H}_{2}\\mathrm{O}",
            ),
            ("A ->[heat] B", "\\mathrm{A}\\xrightarrow{\\text{heat}} \\mathrm{B}"),
            ("Ca(OH)2", "\\mathrm{Ca}(\\mathrm{O}\\mathrm{H})_{2}"),
        ] {
            assert_eq!(latex(given).as_deref(), Ok(wanted), "{given}");
        }
        assert_eq!(latex("H2 \\alpha"), Err(3));
        assert_eq!(latex("é"), Err(0));
    }
}
