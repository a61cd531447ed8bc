//! What layouts may ask of places while pages are set: `recto.is-placed` and its like.
//!
//! Typst sets pages until what they say of places is true of them. The first time, nothing is
//! known of any. Who leaves as much room for it as it will take has the pages of a book break
//! where they will at once, and they are set twice instead of three times.

use typst::comemo::Tracked;
use typst::diag::{At, SourceResult};
use typst::engine::Engine;
use typst::foundations::{
    Array, Content, Context, IntoValue, LocatableSelector, NativeFuncData, Value,
};
use typst::introspection::Introspector;
use typst::model::{LinkElem, LinkTarget};
use typst::syntax::Span;

use super::native::function;

/// The functions.
pub(super) const FUNCTIONS: [&NativeFuncData; 3] = [&IS_PLACED, &PLACED_LINK, &CHAPTER];

/// `recto.is-placed()`: whether it is known on which page it is. For use in a `context`.
static IS_PLACED: NativeFuncData = function("is-placed", &|engine, context, args| {
    let span = args.span;
    args.take().finish()?;
    Ok(Value::Bool(is_placed(engine, context, span)?))
});

/// `show link: recto.placed-link`: a link, or what it shows as long as places are not known.
/// Typst would leave it out, and lines would break otherwise.
static PLACED_LINK: NativeFuncData = function("placed-link", &|engine, context, args| {
    let link: Content = args.expect("link")?;
    let span = args.span;
    args.take().finish()?;
    let body = match link.to_packed::<LinkElem>().map(|link| (&link.dest, &link.body)) {
        Some((LinkTarget::Label(_), body)) => body.clone(),
        // There is nothing to look for, and what stands there first now is not known yet.
        Some((LinkTarget::Dest(_), _)) | None => return Ok(link.into_value()),
    };
    Ok(if is_placed(engine, context, span)? { link } else { body }.into_value())
});

/// `recto.chapter(selector)`: the last of the elements that are on pages before, and whether
/// there is one on this page: `(element, true)`. For use in the head or the foot of a page,
/// which Typst gives all elements before or after it otherwise: for a thousand chapters, as
/// many for each page.
static CHAPTER: NativeFuncData = function("chapter", &|engine, context, args| {
    let LocatableSelector(selector) = args.expect("selector")?;
    let span = args.span;
    args.take().finish()?;
    let here = context.location().at(span)?;
    let introspector = places(engine);
    let page = |element: &Content| introspector.page(element.location()?);
    let this = introspector.page(here);
    let all = introspector.query(&selector);
    let count = all.partition_point(|element| page(element) < this);
    let before = count.checked_sub(1).and_then(|last| all.get(last)).cloned();
    let is_here = this.is_some() && all.get(count).is_some_and(|next| page(next) == this);
    Ok(Value::Array([before.into_value(), is_here.into_value()].into_iter().collect::<Array>()))
});

/// Tells whether the place of a context is known: every page has a supplement, which stays
/// the same wherever the page goes. What asks for the page itself is set again when that
/// changes.
fn is_placed(engine: &Engine, context: Tracked<Context>, span: Span) -> SourceResult<bool> {
    let here = context.location().at(span)?;
    Ok(places(engine).page_supplement(here).is_some())
}

/// Returns the places of the pages as they were set before.
fn places<'a>(engine: &Engine<'a>) -> Tracked<'a, dyn Introspector + 'a> {
    *engine.introspector.access("what is asked for does not tell why it changes")
}
