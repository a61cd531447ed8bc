//! Formulas: LaTeX between dollars to the model's tree.
//!
//! A formula is looked over first ([`check`]), so that what is wrong in it is
//! reported where it stands; then the parser takes it apart, and [`tree`] puts
//! its events together. Nothing in a formula is ever evaluated: it can define
//! no commands, and what it may do is bounded.

mod alphabet;
mod check;
mod chem;
mod tree;
mod words;

use comrak::nodes::Sourcepos;

use self::check::Mistake;
use self::tree::Failure;
use super::snippet::Snippet;
use super::{Ctx, syntax};
use crate::diag::{Code, Diagnostic};
use crate::model::{Equation, Inline, Math, MathNode};
use crate::source::Span;

/// The longest formula, in bytes: two pages of it.
const MAX_LENGTH: usize = 4000;

/// Reads a formula whose dollars stand at `position`; reports what is wrong.
pub(super) fn read(
    latex: &str,
    display: bool,
    position: Sourcepos,
    snippet: &Snippet,
    ctx: &mut Ctx,
) -> Math {
    let nodes = understand(latex).unwrap_or_else(|mistake| {
        let span = place(&mistake, latex, display, position, snippet, ctx);
        let diagnostic = Diagnostic::error(Code::BrokenMath, mistake.message).at(span);
        ctx.diagnostics.push(diagnostic.maybe_hint(mistake.hint));
        Vec::new()
    });
    Math { latex: latex.trim().to_owned(), display, nodes }
}

/// Returns the span in the file of a mistake in a formula.
fn place(
    mistake: &Mistake,
    latex: &str,
    display: bool,
    position: Sourcepos,
    snippet: &Snippet,
    ctx: &Ctx,
) -> Span {
    let (start, end) = snippet.range(position);
    let start = (start + if display { 2 } else { 1 }).min(end);
    if snippet.text.get(start..end).is_some_and(|raw| raw.starts_with(latex)) {
        return snippet.span_of(start + mistake.start, start + mistake.end);
    }
    // Lines of it are indented, or begin with the sign of a quotation.
    let map = snippet.map_of(latex, start, end);
    let first = map.file_offset(mistake.start);
    let last =
        if mistake.end > mistake.start { map.file_offset(mistake.end - 1) + 1 } else { first };
    Span::new(ctx.file, first, last.max(first))
}

fn understand(latex: &str) -> Result<Vec<MathNode>, Mistake> {
    let whole = |message: String, hint: &str| Mistake {
        start: 0,
        end: latex.len(),
        message,
        hint: Some(hint.to_owned()),
    };
    if latex.len() > MAX_LENGTH {
        let message = format!("this formula is longer than {MAX_LENGTH} bytes");
        return Err(whole(message, "write it in several formulas"));
    }
    if latex.trim().is_empty() {
        return Err(whole("this formula is empty".into(), "write `\\$` for the sign itself"));
    }
    let source = check::look_over(latex)?;
    tree::build(&source).map_err(|failure| match failure {
        Failure::Deep => {
            whole("this formula is nested too deep".into(), "write it in several formulas")
        }
        Failure::Unset(what) => {
            whole(format!("{what} are not taken in formulas"), "leave them out")
        }
        Failure::Refused(why) => whole(
            format!("this formula cannot be read ({why})"),
            "try a part of it at a time, to find the one that is wrong",
        ),
    })
}

/// Returns the command that was likely meant.
fn near(name: &str) -> Option<String> {
    // `\gamma` and `\Gamma` are two letters: one written small was meant small.
    let is_capital = |name: &str| name.starts_with(char::is_uppercase);
    let alike = |other: &&str| is_capital(other) == is_capital(name);
    let names = words::NAMES.split_whitespace().filter(alike);
    let hint = crate::diag::near_miss(name, names)?;
    Some(hint.replacen('`', "`\\", 1))
}

/// Takes a formula that is alone in its paragraph, with the attributes after
/// it, for a block.
pub(super) fn equation(
    content: &[Inline],
    span: Span,
    ctx: &mut Ctx,
) -> Option<(Equation, syntax::Attributes)> {
    let [Inline::Math(math), rest @ ..] = content else { return None };
    let attributes = match rest {
        [] => syntax::Attributes::default(),
        [Inline::Text(text)] => {
            let (before, attributes) = syntax::trailing_attributes(text)?;
            before.trim().is_empty().then_some(attributes)?
        }
        _ => return None,
    };
    math.display.then(|| {
        let equation = Equation { id: ctx.node_id(), label: None, math: math.clone(), span };
        (equation, attributes)
    })
}

/// Warns of a paragraph that begins as a formula does but is none.
pub(super) fn warn_of_unclosed(written: &str, content: &[Inline], span: Span, ctx: &mut Ctx) {
    let is_text = matches!(content.first(), Some(Inline::Text(text)) if text.starts_with("$$"));
    if is_text && written.starts_with("$$") {
        ctx.diagnostics.push(
            Diagnostic::warning(Code::BrokenMath, "this `$$` begins no formula")
                .at(Span { end: span.start + 2, ..span })
                .hint("end the formula with `$$`; it holds no empty line, and no line of it begins with `-`, `+`, `>` or `#`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_formulas_are_read_or_refused() {
        let pieces = concat!(
            r"x 1 23 , . ^ _ { } [ ] ( ) | & \ \ ' ' \  - + = < / ~ * é 界 \, \! \{ \} ",
            r"\frac \sqrt \left \right \middle \big \text \mathrm \sum \lim \limits \not \vec ",
            r"\begin{matrix} \end{matrix} \begin{cases} \end{cases} \begin{array}{cc} \end{array} ",
            r"\begin{aligned} \end{aligned} \overline \underbrace \binom \operatorname \operatorname* ",
            r"\substack \xrightarrow \ce H2O -> \displaystyle \bf \mathop \genfrac \hspace{1em} \kern 1mu \char",
        );
        let pieces: Vec<&str> = pieces.split(' ').collect();
        // Numbers that only look like chance, the same in every run.
        let mut seed: u32 = 7;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % below
        };
        let mut read = 0;
        for _ in 0..4000 {
            let length = 1 + next(12);
            let formula: Vec<&str> = (0..length).map(|_| pieces[next(pieces.len())]).collect();
            let formula = formula.join(if next(2) == 0 { " " } else { "" });
            match understand(&formula) {
                Ok(_) => read += 1,
                Err(mistake) => {
                    assert!(mistake.end <= formula.len(), "{formula}: {mistake:?}");
                    assert!(formula.is_char_boundary(mistake.start), "{formula}: {mistake:?}");
                }
            }
        }
        assert!(read > 100, "only {read} were read");
        let long = "{x}^{a}_{b}".repeat(360);
        assert!(understand(&long).is_ok());
        assert!(understand(&"{".repeat(3999)).is_err());
        assert!(understand(&r"\left(".repeat(600)).is_err());
        assert!(understand(&r"\sqrt".repeat(700)).is_err());
    }
}
