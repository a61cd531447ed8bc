//! What is known of commands besides what the parser knows: which are refused,
//! how many arguments they take, and what their text says.

/// Commands whose argument is text, not a formula; it stands in braces.
pub(super) const TEXTUAL: [&str; 8] =
    ["text", "textrm", "textbf", "textit", "textsf", "texttt", "mbox", "operatorname"];

/// Commands that are not taken, and what to do instead.
pub(super) const REFUSED: [(&str, &str); 32] = [
    ("def", DEFINITION),
    ("let", DEFINITION),
    ("futurelet", DEFINITION),
    ("newcommand", DEFINITION),
    ("renewcommand", DEFINITION),
    ("providecommand", DEFINITION),
    ("DeclareMathOperator", "write `\\operatorname{…}` where the name stands"),
    ("color", COLOR),
    ("textcolor", COLOR),
    ("colorbox", COLOR),
    ("fcolorbox", COLOR),
    ("label", "give the formula its label after it: `$$…$$ {#eq-name}`"),
    ("tag", "give the formula a label after it, `$$…$$ {#eq-name}`; it is numbered then"),
    ("ref", "end the formula, and refer to the other one with `@eq-name`"),
    ("eqref", "end the formula, and refer to the other one with `@eq-name`"),
    ("nonumber", "delete it; only a formula with a label has a number"),
    ("notag", "delete it; only a formula with a label has a number"),
    ("hline", "delete it; tables with lines are written in Markdown"),
    ("hdashline", "delete it; tables with lines are written in Markdown"),
    ("cancel", "write `\\not` before a single sign, or delete it"),
    ("bcancel", "delete it"),
    ("boxed", "delete it"),
    ("char", "write the character itself"),
    ("sideset", "write the scripts after an empty group: `{}_a^b X`"),
    ("buildrel", "write `\\overset{…}{…}`"),
    ("over", "write `\\frac{…}{…}`"),
    ("choose", "write `\\binom{…}{…}`"),
    ("SI", UNITS),
    ("si", UNITS),
    ("qty", UNITS),
    ("unit", UNITS),
    ("num", UNITS),
];

const DEFINITION: &str = "write it out; formulas define no commands";
const COLOR: &str = "delete it; formulas have the color of the text";
const UNITS: &str = "write a unit as text: `5\\,\\text{mmHg}`";

/// Environments that number lines or start displays of their own, and what to
/// write between dollars.
pub(super) const OUTER: [(&str, &str); 9] = [
    ("equation", "leave it out; the dollars do what it does"),
    ("equation*", "leave it out; the dollars do what it does"),
    ("align", "write `aligned` in place of it"),
    ("align*", "write `aligned` in place of it"),
    ("alignat", "write `alignedat` in place of it"),
    ("alignat*", "write `alignedat` in place of it"),
    ("gather", "write `gathered` in place of it"),
    ("gather*", "write `gathered` in place of it"),
    ("multline", "write `aligned` in place of it"),
];

/// The environments that are set.
pub(super) const ENVIRONMENTS: [&str; 25] = [
    "array",
    "darray",
    "matrix",
    "pmatrix",
    "bmatrix",
    "Bmatrix",
    "vmatrix",
    "Vmatrix",
    "matrix*",
    "pmatrix*",
    "bmatrix*",
    "Bmatrix*",
    "vmatrix*",
    "Vmatrix*",
    "smallmatrix",
    "cases",
    "dcases",
    "rcases",
    "drcases",
    "aligned",
    "alignedat",
    "gathered",
    "split",
    "subarray",
    "smallmatrix*",
];

/// How many arguments a command takes; 0 if it is not known to take any.
pub(super) fn arguments(name: &str) -> usize {
    match name {
        "frac" | "dfrac" | "tfrac" | "cfrac" | "binom" | "dbinom" | "tbinom" | "overset"
        | "underset" | "stackrel" => 2,
        "sqrt" | "vec" | "hat" | "bar" | "tilde" | "dot" | "ddot" | "check" | "breve" | "acute"
        | "grave" | "mathring" | "overline" | "underline" | "overbrace" | "underbrace"
        | "widehat" | "widetilde" | "overrightarrow" | "overleftarrow" | "mathrm" | "mathbf"
        | "mathit" | "mathsf" | "mathtt" | "mathcal" | "mathbb" | "mathfrak" | "boldsymbol"
        | "xrightarrow" | "xleftarrow" | "substack" | "not" | "pmod" => 1,
        name if TEXTUAL.contains(&name) => 1,
        _ => 0,
    }
}

/// Commands that authors use, to find the one that was meant.
pub(super) const NAMES: &str = "\
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi \
rho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma \
Upsilon Phi Psi Omega frac dfrac tfrac cfrac binom sqrt sum prod int iint iiint oint bigcup bigcap \
sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp lim limsup liminf max \
min sup inf det dim ker gcd arg deg Pr operatorname text textrm textbf textit mathrm mathbf mathit \
mathsf mathtt mathcal mathbb mathfrak boldsymbol vec hat bar tilde dot ddot check breve overline \
underline overbrace underbrace widehat widetilde overrightarrow overleftarrow overset underset \
stackrel xrightarrow xleftarrow substack left right middle big Big bigg Bigg begin end times cdot \
div pm mp ast star circ bullet oplus otimes wedge vee cap cup setminus leq geq neq le ge ne ll gg \
approx equiv sim simeq cong propto parallel perp mid in notin ni subset supset subseteq supseteq \
to rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow iff implies mapsto \
longrightarrow longleftarrow rightleftharpoons uparrow downarrow infty partial nabla forall exists \
neg land lor emptyset varnothing angle degree hbar ell Re Im aleph prime dots ldots cdots vdots \
ddots quad qquad thinspace displaystyle textstyle scriptstyle limits nolimits langle rangle lfloor \
rfloor lceil rceil lvert rvert lVert rVert not therefore because ce";

/// Returns what the text of `\text{…}` says: its escapes, and spaces as they
/// are.
pub(super) fn spoken(raw: &str) -> String {
    // What the parser has for a space that does not break.
    if raw == "&nbsp;" {
        return "\u{a0}".into();
    }
    let mut out = String::new();
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(match chars.next() {
                Some(',' | ';' | ':') => '\u{2009}',
                Some(other) => other,
                None => break,
            }),
            '~' => out.push('\u{a0}'),
            '{' | '}' => {}
            '\n' | '\r' | '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Returns the place in the text of `\text{…}` of what cannot stand in it.
pub(super) fn unspeakable(raw: &str) -> Option<usize> {
    let mut chars = raw.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            let next = chars.next().map(|(_, c)| c);
            if !next.is_some_and(|c| " ,;:%#&_${}".contains(c)) {
                return Some(at);
            }
        }
    }
    None
}

/// Signs that have a stroke through them in Unicode.
const NEGATED: [(&str, &str); 22] = [
    ("=", "≠"),
    ("<", "≮"),
    (">", "≯"),
    ("≤", "≰"),
    ("≥", "≱"),
    ("∈", "∉"),
    ("∋", "∌"),
    ("∃", "∄"),
    ("⊂", "⊄"),
    ("⊃", "⊅"),
    ("⊆", "⊈"),
    ("⊇", "⊉"),
    ("≡", "≢"),
    ("∼", "≁"),
    ("≃", "≄"),
    ("≅", "≇"),
    ("≈", "≉"),
    ("∣", "∤"),
    ("∥", "∦"),
    ("→", "↛"),
    ("←", "↚"),
    ("⇒", "⇏"),
];

/// Returns a sign with a stroke through it.
pub(super) fn negated(sign: &str) -> String {
    let found = NEGATED.iter().find(|(plain, _)| *plain == sign);
    found.map_or_else(|| format!("{sign}\u{338}"), |(_, negated)| (*negated).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_says_what_it_means() {
        assert_eq!(spoken("50\\,\\% of~a\\_b"), "50\u{2009}% of\u{a0}a_b");
        assert_eq!(unspeakable("a \\% b"), None);
        assert_eq!(unspeakable("a \\alpha"), Some(2));
        assert_eq!(unspeakable("a\\"), Some(1));
    }

    #[test]
    fn names_are_known() {
        for name in
            NAMES.split_whitespace().filter(|name| !matches!(*name, "ce" | "limits" | "nolimits"))
        {
            assert!(super::super::tree::is_known(name), "{name}");
        }
        assert!(!super::super::tree::is_known("alhpa"));
    }
}
