//! `recto.snapped`, `recto.beside`, `recto.folio` and their like: what is laid out once.
//!
//! A layout that measures something has it laid out, and then once more where it stands; and
//! Typst asks of each link and caption in what is measured where that will be, so that all
//! pages are set anew. These know how large something is because they laid it out.

use typst::diag::SourceResult;
use typst::engine::Engine;
use typst::foundations::{
    Args, Content, Dict, IntoValue, NativeElement, NativeFuncData, Packed, Resolve, SequenceElem,
    Smart, Str, StyleChain, StyledElem, Value,
};
use typst::introspection::{Locator, MetadataElem};
use typst::layout::{
    Abs, Axes, BlockElem, Dir, Frame, InlineElem, InlineItem, Length, Point, Region, Rel, Size,
    Spacing, VElem,
};
use typst::text::{TextDir, TextElem};
use typst_layout::layout_frame;

use super::super::late::{self, DIGITS};
use super::super::order;
use super::function;

/// The functions.
pub(super) const FUNCTIONS: [&NativeFuncData; 9] = [
    &SNAPPED,
    &BESIDE,
    &MARKER,
    &RUNNING_LINE,
    &THIS_PAGE,
    &PAGE_COUNT,
    &FOLIO,
    &ON_FIRST,
    &ON_LATER,
];

/// How many words of what is too long are tried.
const MOST_WORDS: usize = 40;

/// `recto.snapped(rhythm, body, foot: none)`: a block as high as whole lines are. What is left
/// over is below the body, and above what is at its foot.
static SNAPPED: NativeFuncData = function("snapped", &|_, _, args| {
    let rhythm: Dict = args.expect("rhythm")?;
    let body: Content = args.expect("body")?;
    let foot: Option<Content> = args.named("foot")?;
    let given = [("body", body.into_value()), ("foot", foot.into_value())];
    block(args, snap, rhythm, given)
});

/// `recto.beside(rhythm, first, second, width: 20mm, room: 30mm, gutter: 5mm)`: something so
/// wide, and something else that has so much room beside it, at its foot; in a block as
/// `recto.snapped` makes it.
static BESIDE: NativeFuncData = function("beside", &|_, _, args| {
    let rhythm: Dict = args.expect("rhythm")?;
    let first: Content = args.expect("first")?;
    let second: Content = args.expect("second")?;
    let mut length = |name| args.named::<Length>(name).map(Option::unwrap_or_default);
    let (width, room, gutter) = (length("width")?, length("room")?, length("gutter")?);
    let given = [
        ("first", first.into_value()),
        ("second", second.into_value()),
        ("width", width.into_value()),
        ("room", room.into_value()),
        ("gutter", gutter.into_value()),
    ];
    block(args, set_beside, rhythm, given)
});

/// `recto.marker(body)`: what stands before bullets. Typst lays it out twice for each, in the
/// room that there is and in its own; this is laid out once for all that look alike.
static MARKER: NativeFuncData = function("marker", &|_, _, args| {
    let body: Content = args.expect("body")?;
    let span = args.span;
    args.take().finish()?;
    let given = Packed::new(MetadataElem::new(body.into_value())).spanned(span);
    let set = |given: &Packed<MetadataElem>,
               engine: &mut Engine,
               locator: Locator,
               styles: StyleChain,
               _: Region| {
        let Value::Content(body) = &given.value else { return Ok(Frame::soft(Size::zero())) };
        layout_frame(engine, body, locator, styles, unbounded())
    };
    Ok(Value::Content(BlockElem::single_layouter(given, set).pack().spanned(span)))
});

/// `recto.running-line(first, words, last, gap: 6mm)`: a line that begins with something, and
/// ends with something else, or nothing, at least `gap` apart. What would be too long begins
/// with as many of its `words` as there is room for; beside something that takes two fifths of
/// the line, it stands alone. In neither are places that links lead to: it is laid out once
/// for all pages.
static RUNNING_LINE: NativeFuncData = function("running-line", &|_, _, args| {
    let first: Content = args.expect("first")?;
    let words: Str = args.expect("words")?;
    let last: Option<Content> = args.expect("last")?;
    let gap: Length = args.named("gap")?.unwrap_or_else(|| Abs::mm(6.0).into());
    let given = [
        ("first", first.into_value()),
        ("words", words.into_value()),
        ("last", last.into_value()),
        ("gap", gap.into_value()),
    ];
    block(args, set_running_line, Dict::new(), given)
});

/// `recto.this-page()`: the number of the page, for `recto.folio`.
static THIS_PAGE: NativeFuncData = function("this-page", &|_, _, args| {
    inline(
        args,
        |_, engine, locator, styles, _| digits(engine, locator, styles, late::THIS_PAGE),
        Value::None,
    )
});

/// `recto.page-count()`: how many pages there are, for `recto.folio`.
static PAGE_COUNT: NativeFuncData = function("page-count", &|_, _, args| {
    inline(
        args,
        |_, engine, locator, styles, _| digits(engine, locator, styles, late::PAGE_COUNT),
        Value::None,
    )
});

/// `recto.folio(body)`: what says of pages how they are numbered, in one piece, which ends
/// the line that it is in.
static FOLIO: NativeFuncData = function("folio", &|_, _, args| {
    let body: Content = args.expect("body")?;
    inline(
        args,
        |given, engine, locator, styles, _| {
            let Value::Content(body) = &given.value else { return Ok(Vec::new()) };
            let is_turned = styles.resolve(TextElem::dir) == Dir::RTL;
            let label = if is_turned { late::FOLIO_AT_LEFT } else { late::FOLIO_AT_RIGHT };
            // Its words may be of another script than the page: the first letter tells, as
            // in rule P2 of Unicode's bidirectional algorithm.
            let first = body.plain_text().chars().find(|c| c.is_alphabetic());
            let runs = first.map_or(styles.resolve(TextElem::dir), |first| {
                if order::is_turned(first) { Dir::RTL } else { Dir::LTR }
            });
            let runs = TextElem::dir.set(TextDir(Smart::Custom(runs))).wrap();
            labelled(body, engine, locator, styles.chain(&runs), label)
        },
        body.into_value(),
    )
});

/// `recto.on-first(body)`: a block that only the first page has, of a head or a foot.
static ON_FIRST: NativeFuncData =
    function("on-first", &|_, _, args| marked_block(args, late::ON_FIRST));

/// `recto.on-later(body)`: a block that all pages but the first have.
static ON_LATER: NativeFuncData =
    function("on-later", &|_, _, args| marked_block(args, late::ON_LATER));

/// Returns a block whose piece of the page is marked.
fn marked_block(args: &mut Args, mark: &str) -> SourceResult<Value> {
    let body: Content = args.expect("body")?;
    let given = [("body", body.into_value()), ("mark", mark.into_value())];
    block(args, set_marked, Dict::new(), given)
}

type SetBlock =
    fn(&Packed<MetadataElem>, &mut Engine, Locator, StyleChain, Region) -> SourceResult<Frame>;

type SetInline = fn(
    &Packed<MetadataElem>,
    &mut Engine,
    Locator,
    StyleChain,
    Size,
) -> SourceResult<Vec<InlineItem>>;

/// Returns a block as wide as there is room, that is laid out by `set`.
fn block<const N: usize>(
    args: &mut Args,
    set: SetBlock,
    rhythm: Dict,
    given: [(&str, Value); N],
) -> SourceResult<Value> {
    let span = args.span;
    args.take().finish()?;
    let mut all: Dict = given.into_iter().map(|(key, value)| (key.into(), value)).collect();
    all.insert("rhythm".into(), rhythm.into_value());
    let given = Packed::new(MetadataElem::new(all.into_value())).spanned(span);
    let block = BlockElem::single_layouter(given, set).with_width(Smart::Custom(Rel::one()));
    Ok(Value::Content(block.pack().spanned(span)))
}

fn inline(args: &mut Args, set: SetInline, body: Value) -> SourceResult<Value> {
    let span = args.span;
    args.take().finish()?;
    let given = Packed::new(MetadataElem::new(body)).spanned(span);
    Ok(Value::Content(InlineElem::layouter(given, set).pack().spanned(span)))
}

/// What was given to a function.
struct Given<'a>(Option<&'a Dict>);

impl<'a> Given<'a> {
    fn of(packed: &'a Packed<MetadataElem>) -> Self {
        Self(match &packed.value {
            Value::Dict(dict) => Some(dict),
            _ => None,
        })
    }

    fn content(&self, key: &str) -> Option<&'a Content> {
        match self.0?.get(key) {
            Ok(Value::Content(content)) => Some(content),
            _ => None,
        }
    }

    fn text(&self, key: &str) -> &'a str {
        match self.0.and_then(|given| given.get(key).ok()) {
            Some(Value::Str(text)) => text.as_str(),
            _ => "",
        }
    }

    fn length(&self, key: &str, styles: StyleChain) -> Abs {
        match self.0.and_then(|given| given.get(key).ok()) {
            Some(Value::Length(length)) => length.resolve(styles),
            _ => Abs::zero(),
        }
    }

    /// Returns the height of as many whole lines as something `high` needs, without the gap
    /// below the last.
    fn lines(&self, high: Abs, styles: StyleChain) -> Abs {
        let Some(Value::Dict(rhythm)) = self.0.and_then(|given| given.get("rhythm").ok()) else {
            return high;
        };
        let rhythm = Given(Some(rhythm));
        let (step, gap) = (rhythm.length("step", styles), rhythm.length("gap", styles));
        if step <= Abs::zero() {
            return high;
        }
        step * ((high + gap) / step - 0.01).ceil() - gap
    }
}

/// A region as wide as something may be, and as high as it will be.
fn room(width: Abs) -> Region {
    Region::new(Size::new(width, Abs::inf()), Axes::new(true, false))
}

/// Tells whether content takes all room that is left: whether `v(1fr)` stands in it.
fn is_elastic(content: &Content) -> bool {
    if let Some(sequence) = content.to_packed::<SequenceElem>() {
        return sequence.children.iter().any(is_elastic);
    }
    if let Some(styled) = content.to_packed::<StyledElem>() {
        return is_elastic(&styled.child);
    }
    content.to_packed::<VElem>().is_some_and(|space| matches!(space.amount, Spacing::Fr(_)))
}

/// A region that bounds nothing.
fn unbounded() -> Region {
    Region::new(Size::splat(Abs::inf()), Axes::splat(false))
}

fn snap(
    given: &Packed<MetadataElem>,
    engine: &mut Engine,
    locator: Locator,
    styles: StyleChain,
    region: Region,
) -> SourceResult<Frame> {
    let given = Given::of(given);
    let mut locator = locator.split();
    let mut set = |key: &str| {
        let content = given.content(key)?;
        Some(layout_frame(engine, content, locator.next(&key), styles, room(region.size.x)))
    };
    let (mut body, foot) = (set("body").transpose()?, set("foot").transpose()?);
    let high = |frame: &Option<Frame>| frame.as_ref().map_or(Abs::zero(), Frame::height);
    let height = given.lines(high(&body) + high(&foot), styles);
    let mut frame = Frame::hard(Size::new(region.size.x, height));
    let below = height - high(&foot);
    if let Some(content) = given.content("body").filter(|content| is_elastic(content)) {
        let whole = Region::new(Size::new(region.size.x, below), Axes::splat(true));
        let key = "elastic";
        body = Some(layout_frame(engine, content, locator.next(&key), styles, whole)?);
    }
    body.into_iter().for_each(|body| frame.push_frame(Point::zero(), body));
    foot.into_iter().for_each(|foot| frame.push_frame(Point::with_y(below), foot));
    Ok(frame)
}

fn set_beside(
    given: &Packed<MetadataElem>,
    engine: &mut Engine,
    locator: Locator,
    styles: StyleChain,
    region: Region,
) -> SourceResult<Frame> {
    let given = Given::of(given);
    let mut locator = locator.split();
    let lengths = ["width", "room", "gutter"].map(|key| given.length(key, styles));
    let [width, left, gutter] = lengths;
    let mut set = |key: &str, width: Abs| {
        let content = given.content(key).cloned().unwrap_or_default();
        layout_frame(engine, &content, locator.next(&key), styles, room(width))
    };
    let (first, second) = (set("first", width)?, set("second", left)?);
    let high = first.height().max(second.height());
    let mut frame = Frame::hard(Size::new(region.size.x, given.lines(high, styles)));
    let beside = width + gutter;
    let places = if styles.resolve(TextElem::dir) == Dir::RTL {
        (region.size.x - width, region.size.x - beside - left)
    } else {
        (Abs::zero(), beside)
    };
    let foot = high - second.height();
    frame.push_frame(Point::with_x(places.0), first);
    frame.push_frame(Point::new(places.1, foot), second);
    Ok(frame)
}

fn set_running_line(
    given: &Packed<MetadataElem>,
    engine: &mut Engine,
    _: Locator,
    styles: StyleChain,
    region: Region,
) -> SourceResult<Frame> {
    let given = Given::of(given);
    let mut set =
        |content: &Content| layout_frame(engine, content, Locator::root(), styles, unbounded());
    let width = region.size.x;
    let last = given.content("last").map(&mut set).transpose()?;
    let last = last.filter(|last| last.width() <= width * 0.4);
    let taken = last.as_ref().map(|last| last.width() + given.length("gap", styles));
    let room = width - taken.unwrap_or_default();
    let mut first = set(given.content("first").unwrap_or(&Content::empty()))?;
    if first.width() > room {
        let words: Vec<&str> = given.text("words").split(' ').collect();
        let mut count = (words.len() - 1).clamp(1, MOST_WORDS);
        loop {
            let some = words.iter().take(count).copied().collect::<Vec<_>>().join(" ");
            first = set(&TextElem::packed(some + "…"))?;
            if first.width() <= room || count == 1 {
                break;
            }
            count -= 1;
        }
    }
    let high = last.as_ref().map_or(Abs::zero(), Frame::height).max(first.height());
    let mut frame = Frame::hard(Size::new(width, high));
    let is_turned = styles.resolve(TextElem::dir) == Dir::RTL;
    let (start, end) = (Abs::zero(), |frame: &Frame| width - frame.width());
    let place = if is_turned { end(&first) } else { start };
    frame.push_frame(Point::with_x(place), first);
    if let Some(last) = last {
        let place = if is_turned { start } else { end(&last) };
        frame.push_frame(Point::with_x(place), last);
    }
    Ok(frame)
}

fn set_marked(
    given: &Packed<MetadataElem>,
    engine: &mut Engine,
    locator: Locator,
    styles: StyleChain,
    region: Region,
) -> SourceResult<Frame> {
    let given = Given::of(given);
    let body = given.content("body").cloned().unwrap_or_default();
    let mut frame = layout_frame(engine, &body, locator, styles, room(region.size.x))?;
    late::mark(&mut frame, given.text("mark"));
    Ok(frame)
}

fn labelled(
    body: &Content,
    engine: &mut Engine,
    locator: Locator,
    styles: StyleChain,
    label: &str,
) -> SourceResult<Vec<InlineItem>> {
    let mut frame = layout_frame(engine, body, locator, styles, unbounded())?;
    late::mark(&mut frame, label);
    Ok(vec![InlineItem::Frame(frame)])
}

/// Sets digits to take a number from, as it runs in all languages.
fn digits(
    engine: &mut Engine,
    locator: Locator,
    styles: StyleChain,
    label: &str,
) -> SourceResult<Vec<InlineItem>> {
    let runs = TextElem::dir.set(TextDir(Smart::Custom(Dir::LTR))).wrap();
    labelled(&TextElem::packed(DIGITS), engine, locator, styles.chain(&runs), label)
}
