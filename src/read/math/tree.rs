//! The parser's events to the model's tree.

use pulldown_latex::event::{
    ArrayColumn, ColumnAlignment, Content, DelimiterSize, DelimiterType, Dimension, DimensionUnit,
    EnvironmentFlow, Event, Font, Grouping, ScriptPosition, ScriptType, StateChange, Style, Visual,
};
use pulldown_latex::{Parser, Storage};

use super::alphabet;
use super::words::{negated, spoken};
use crate::model::{
    Alignment, DelimiterRole, MathNode, MathStyle, MathTable, MathTableKind, OperatorRole,
    ScriptPlace, TextFont,
};

/// How deep a formula may be nested: every output goes down by recursion.
const MAX_DEPTH: usize = 12;

/// How deep its events may be nested, of which many are no depth of the tree.
const MAX_RECURSION: usize = 60;

/// How many events a formula may have.
const MAX_EVENTS: usize = 20_000;

/// Why a formula that was looked over has no tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The parser does not take it, in its words.
    Refused(String),
    /// It is nested too deep.
    Deep,
    /// It holds something that is not set.
    Unset(&'static str),
}

/// Returns the tree of a formula.
pub(super) fn build(source: &str) -> Result<Vec<MathNode>, Failure> {
    let storage = Storage::new();
    let mut events = Vec::new();
    for event in Parser::new(source, &storage) {
        let event = event.map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            Failure::Refused(cause.unwrap_or_default())
        })?;
        if events.len() >= MAX_EVENTS {
            return Err(Failure::Refused("it is too long".into()));
        }
        events.push(event);
    }
    let mut builder = Builder { events, at: 0, font: None, depth: 0 };
    let nodes = builder.row()?;
    if builder.at < builder.events.len() {
        return Err(Failure::Refused("its groups do not match".into()));
    }
    if depth(&nodes) > MAX_DEPTH { Err(Failure::Deep) } else { Ok(nodes) }
}

/// Returns how deep nodes are nested.
fn depth(nodes: &[MathNode]) -> usize {
    let maybe = |nodes: &Option<Vec<MathNode>>| nodes.as_deref().map_or(0, depth);
    let of = |node: &MathNode| match node {
        MathNode::Letter { .. }
        | MathNode::Number(_)
        | MathNode::Operator { .. }
        | MathNode::Function(_)
        | MathNode::Text { .. }
        | MathNode::Space(_)
        | MathNode::Delimiter { .. } => 0,
        MathNode::Group(content)
        | MathNode::Fenced { content, .. }
        | MathNode::Styled { content, .. } => depth(content),
        MathNode::Fraction { numerator, denominator, .. } => {
            depth(numerator).max(depth(denominator))
        }
        MathNode::Root { radicand, index } => depth(radicand).max(maybe(index)),
        MathNode::Scripts { base, lower, upper, .. } => {
            depth(base).max(maybe(lower)).max(maybe(upper))
        }
        MathNode::Accent { base, .. } => depth(base),
        // Its rows and cells are levels, too.
        MathNode::Table(table) => {
            1 + table.rows.iter().flatten().map(|cell| depth(cell)).max().unwrap_or(0)
        }
    };
    nodes.iter().map(of).max().map_or(0, |deepest| deepest + 1)
}

/// Tells whether the parser knows a command.
pub(super) fn is_known(name: &str) -> bool {
    let storage = Storage::new();
    let source = format!("\\{name}");
    let first = Parser::new(&source, &storage).next();
    let Some(Err(error)) = first else { return true };
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    !cause.is_some_and(|cause| cause.contains("unknown primitive"))
}

struct Builder<'e> {
    events: Vec<Event<'e>>,
    at: usize,
    font: Option<Font>,
    depth: usize,
}

impl<'e> Builder<'e> {
    fn next(&mut self) -> Option<Event<'e>> {
        let event = self.events.get(self.at).cloned();
        self.at += 1;
        event
    }

    /// Returns everything up to the end of the group, or the next cell.
    fn row(&mut self) -> Result<Vec<MathNode>, Failure> {
        let mut nodes = Vec::new();
        loop {
            match self.events.get(self.at) {
                None | Some(Event::End | Event::EnvironmentFlow(_)) => break,
                Some(Event::StateChange(StateChange::Style(style))) => {
                    let style = of_style(*style);
                    self.at += 1;
                    let content = self.deeper(Self::row)?;
                    nodes.push(MathNode::Styled { style, content });
                    break;
                }
                Some(_) => {
                    let element = self.element()?;
                    nodes.extend(as_atom(element));
                }
            }
        }
        Ok(tidy(nodes))
    }

    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.depth += 1;
        if self.depth > MAX_RECURSION {
            return Err(Failure::Deep);
        }
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Returns an element: an argument, or a piece of a row.
    fn element(&mut self) -> Result<Element, Failure> {
        let lost = || Failure::Refused("something is missing in it".into());
        match self.next().ok_or_else(lost)? {
            Event::Content(content) => Ok(Element::Pieces(self.content(content))),
            Event::Begin(grouping) => self.deeper(|builder| builder.group(grouping)),
            Event::End | Event::EnvironmentFlow(_) => Err(lost()),
            Event::Visual(visual) => {
                self.deeper(|builder| builder.visual(visual)).map(Element::one)
            }
            Event::Script { ty, position } => {
                self.deeper(|builder| builder.script(ty, position)).map(Element::one)
            }
            Event::Space { width, .. } => {
                let width = width.map_or(0, thousandths);
                Ok(Element::Pieces(if width == 0 {
                    Vec::new()
                } else {
                    vec![MathNode::Space(width)]
                }))
            }
            Event::StateChange(change) => {
                match change {
                    StateChange::Font(font) => self.font = font,
                    StateChange::Color(_) => return Err(Failure::Unset("colors")),
                    // Reached in an argument that is nothing but the change.
                    StateChange::Style(_) => {}
                }
                Ok(Element::Pieces(Vec::new()))
            }
        }
    }

    /// Returns an argument.
    fn argument(&mut self) -> Result<Vec<MathNode>, Failure> {
        Ok(tidy(self.element()?.into_nodes()))
    }

    fn content(&self, content: Content<'e>) -> Vec<MathNode> {
        let operator = |c: char, role| vec![MathNode::Operator { text: c.into(), role }];
        match content {
            Content::Text(text) => {
                let font = match self.font {
                    Some(Font::Bold) => TextFont::Bold,
                    Some(Font::Italic) => TextFont::Italic,
                    Some(Font::SansSerif) => TextFont::SansSerif,
                    Some(Font::Monospace) => TextFont::Monospace,
                    _ => TextFont::Plain,
                };
                vec![MathNode::Text { text: spoken(text), font }]
            }
            Content::Number(digits) => self.number(digits),
            Content::Function(name) => vec![MathNode::Function(spoken(name))],
            Content::Ordinary { content, .. } => vec![self.letter(content)],
            Content::LargeOp { content, .. } => operator(content, OperatorRole::Large),
            Content::BinaryOp { content: '/', .. } => {
                vec![MathNode::Letter { text: "/".into(), upright: true }]
            }
            Content::BinaryOp { content, .. } => operator(content, OperatorRole::Binary),
            Content::Relation { content, .. } => {
                let mut buffer = [0; 8];
                let text = String::from_utf8_lossy(content.encode_utf8_to_buf(&mut buffer));
                vec![MathNode::Operator { text: text.into_owned(), role: OperatorRole::Relation }]
            }
            Content::Punctuation(c) => operator(c, OperatorRole::Punctuation),
            Content::Delimiter { content, size, ty } => vec![delimiter(content, size, ty)],
        }
    }

    fn letter(&self, c: char) -> MathNode {
        // The parser has the sign for a millionth in place of the letter.
        let c = if c == 'µ' { 'μ' } else { c };
        match self.font {
            Some(font) => {
                let found = alphabet::letter(c, font);
                MathNode::Letter { text: found.into(), upright: found == c }
            }
            None => MathNode::Letter { text: c.into(), upright: !alphabet::leans(c) },
        }
    }

    /// "1,2" is two numbers and what parts them; as in LaTeX, a comma that is
    /// part of a number stands in braces.
    fn number(&self, digits: &str) -> Vec<MathNode> {
        let mut nodes = Vec::new();
        for (index, part) in digits.split(',').enumerate() {
            if index > 0 {
                let role = OperatorRole::Punctuation;
                nodes.push(MathNode::Operator { text: ",".into(), role });
            }
            if !part.is_empty() {
                let font = self.font;
                let each = |c| font.map_or(c, |font| alphabet::letter(c, font));
                nodes.push(MathNode::Number(part.chars().map(each).collect()));
            }
        }
        nodes
    }

    fn group(&mut self, grouping: Grouping) -> Result<Element, Failure> {
        let outer = self.font;
        let is_table = !matches!(grouping, Grouping::Normal | Grouping::LeftRight(..));
        if is_table {
            self.font = None;
        }
        let element = match grouping {
            Grouping::Normal => Element::Group(self.row()?),
            Grouping::LeftRight(open, close) => {
                let mut content = self.row()?;
                content.iter_mut().for_each(part);
                Element::one(MathNode::Fenced { open, close, content })
            }
            Grouping::Cases { left } => {
                let table = self.table(MathTableKind::Cases, &[])?;
                let (open, close) = if left { (Some('{'), None) } else { (None, Some('}')) };
                Element::one(MathNode::Fenced { open, close, content: vec![table] })
            }
            Grouping::Matrix { alignment } => {
                self.table(MathTableKind::Matrix, &[of_alignment(alignment)]).map(Element::one)?
            }
            Grouping::Array(columns) => {
                let mut given = Vec::new();
                for column in &columns {
                    match column {
                        ArrayColumn::Column(alignment) => given.push(of_alignment(*alignment)),
                        ArrayColumn::Separator(_) => return Err(Failure::Unset("lines")),
                    }
                }
                // The first is repeated where columns are missing.
                self.table(MathTableKind::Matrix, &given).map(Element::one)?
            }
            Grouping::SubArray { alignment } => {
                self.table(MathTableKind::Stack, &[of_alignment(alignment)]).map(Element::one)?
            }
            Grouping::Gather { .. }
            | Grouping::Gathered
            | Grouping::Equation { .. }
            | Grouping::Multline => {
                self.table(MathTableKind::Gathered, &[Alignment::Center]).map(Element::one)?
            }
            Grouping::Align { .. }
            | Grouping::Aligned
            | Grouping::Alignat { .. }
            | Grouping::Alignedat { .. }
            | Grouping::Split => self.table(MathTableKind::Aligned, &[]).map(Element::one)?,
        };
        self.font = outer;
        match self.next() {
            Some(Event::End) => Ok(element),
            _ => Err(Failure::Refused("its groups do not match".into())),
        }
    }

    fn table(&mut self, kind: MathTableKind, given: &[Alignment]) -> Result<MathNode, Failure> {
        let mut rows = vec![Vec::new()];
        loop {
            let cell = self.deeper(Self::row)?;
            self.font = None;
            if let Some(last) = rows.last_mut() {
                last.push(cell);
            }
            match self.events.get(self.at) {
                Some(Event::EnvironmentFlow(EnvironmentFlow::Alignment)) => {}
                Some(Event::EnvironmentFlow(EnvironmentFlow::NewLine {
                    horizontal_lines, ..
                })) if horizontal_lines.is_empty() => rows.push(Vec::new()),
                Some(Event::EnvironmentFlow(_)) => return Err(Failure::Unset("lines")),
                _ => break,
            }
            self.at += 1;
        }
        // A line end behind the last row begins no other.
        if rows.last().is_some_and(|row| row.iter().all(Vec::is_empty)) && rows.len() > 1 {
            rows.pop();
        }
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        for row in &mut rows {
            row.resize(width, Vec::new());
        }
        let column = |index: usize| match kind {
            MathTableKind::Aligned if index.is_multiple_of(2) => Alignment::End,
            MathTableKind::Aligned | MathTableKind::Cases => Alignment::Start,
            MathTableKind::Matrix | MathTableKind::Gathered | MathTableKind::Stack => {
                given.get(index).or(given.first()).copied().unwrap_or(Alignment::Center)
            }
        };
        Ok(MathNode::Table(MathTable { kind, columns: (0..width).map(column).collect(), rows }))
    }

    fn visual(&mut self, visual: Visual) -> Result<MathNode, Failure> {
        Ok(match visual {
            Visual::SquareRoot => MathNode::Root { radicand: self.argument()?, index: None },
            Visual::Root => {
                let radicand = self.argument()?;
                MathNode::Root { radicand, index: Some(self.argument()?) }
            }
            Visual::Fraction(bar) => MathNode::Fraction {
                numerator: self.argument()?,
                denominator: self.argument()?,
                bar: bar.is_none_or(|bar| thousandths(bar) != 0),
            },
            Visual::Negation => {
                let mut nodes = self.argument()?;
                match nodes.as_mut_slice() {
                    [MathNode::Operator { text, .. } | MathNode::Letter { text, .. }] => {
                        *text = negated(text);
                    }
                    _ => return Err(Failure::Unset("strokes through more than one sign")),
                }
                MathNode::Group(nodes)
            }
        })
    }

    fn script(&mut self, ty: ScriptType, position: ScriptPosition) -> Result<MathNode, Failure> {
        let base = self.argument()?;
        let place = match position {
            ScriptPosition::Right => ScriptPlace::Beside,
            ScriptPosition::AboveBelow => ScriptPlace::Stacked,
            ScriptPosition::Movable => ScriptPlace::Movable,
        };
        if place == ScriptPlace::Stacked
            && let Some(Event::Content(Content::Ordinary { content, stretchy })) =
                self.events.get(self.at)
            && let Some(below) = accent_side(*content, ty)
        {
            let (mark, stretchy) = (*content, *stretchy);
            self.at += 1;
            // One command draws both the short bar and the long one.
            let long_bar = mark == '‾' && !is_sign(&base);
            let wide = stretchy || long_bar;
            return Ok(MathNode::Accent { base, mark, below, wide });
        }
        let (lower, upper) = match ty {
            ScriptType::Subscript => (Some(self.argument()?), None),
            ScriptType::Superscript => (None, Some(self.argument()?)),
            ScriptType::SubSuperscript => (Some(self.argument()?), Some(self.argument()?)),
        };
        Ok(MathNode::Scripts { base, lower, upper, place })
    }
}

/// What an event, or a group of them, comes to.
enum Element {
    Pieces(Vec<MathNode>),
    Group(Vec<MathNode>),
}

impl Element {
    fn one(node: MathNode) -> Self {
        Self::Pieces(vec![node])
    }

    fn into_nodes(self) -> Vec<MathNode> {
        match self {
            Self::Pieces(nodes) | Self::Group(nodes) => nodes,
        }
    }
}

/// A group in a row counts as one, and what it holds keeps no distance.
fn as_atom(element: Element) -> Vec<MathNode> {
    match element {
        Element::Pieces(nodes) => nodes,
        Element::Group(mut nodes) => match nodes.as_mut_slice() {
            [] => vec![MathNode::Group(nodes)],
            [MathNode::Operator { role, .. }] if *role != OperatorRole::Large => {
                *role = OperatorRole::Plain;
                nodes
            }
            [_] => nodes,
            _ => vec![MathNode::Group(nodes)],
        },
    }
}

fn is_sign(nodes: &[MathNode]) -> bool {
    match nodes {
        [MathNode::Letter { text, .. } | MathNode::Number(text)] => text.chars().count() == 1,
        _ => false,
    }
}

/// Puts together what LaTeX sees as one: primes go up to what stands before
/// them, and upright letters make a word.
fn tidy(nodes: Vec<MathNode>) -> Vec<MathNode> {
    let mut out: Vec<MathNode> = Vec::with_capacity(nodes.len());
    for node in nodes {
        if let Some((lower, upper)) = as_primes(&node)
            && let Some(last) = out.pop()
        {
            out.push(with_scripts(last, lower, upper));
            continue;
        }
        if let (
            Some(MathNode::Letter { text: word, upright: true }),
            MathNode::Letter { text, upright: true },
        ) = (out.last_mut(), &node)
            && is_word(word)
            && is_word(text)
        {
            word.push_str(text);
            continue;
        }
        out.push(node);
    }
    out
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphabetic())
}

fn is_prime(node: &MathNode) -> bool {
    matches!(node, MathNode::Letter { text, .. } if text == "′")
}

type Script = Option<Vec<MathNode>>;

/// Returns the scripts that a prime makes, with those that stand at it.
fn as_primes(node: &MathNode) -> Option<(Script, Script)> {
    match node {
        node if is_prime(node) => Some((None, Some(vec![node.clone()]))),
        MathNode::Scripts { base, lower, upper, place: ScriptPlace::Beside } => {
            let [prime] = base.as_slice() else { return None };
            is_prime(prime).then(|| {
                let mut up = vec![prime.clone()];
                up.extend(upper.iter().flatten().cloned());
                (lower.clone(), Some(up))
            })
        }
        _ => None,
    }
}

fn with_scripts(node: MathNode, more_lower: Script, more_upper: Script) -> MathNode {
    let join = |one: Script, other: Script| match (one, other) {
        (Some(mut one), Some(other)) => {
            one.extend(other);
            Some(one)
        }
        (one, other) => one.or(other),
    };
    match node {
        MathNode::Scripts { base, lower, upper, place } => {
            let (lower, upper) = (join(lower, more_lower), join(upper, more_upper));
            MathNode::Scripts { base, lower, upper, place }
        }
        node => MathNode::Scripts {
            base: vec![node],
            lower: more_lower,
            upper: more_upper,
            place: ScriptPlace::Beside,
        },
    }
}

/// Returns whether a sign over or under something is an accent, and which side
/// it is on: `true` is below.
fn accent_side(mark: char, ty: ScriptType) -> Option<bool> {
    match ty {
        ScriptType::Superscript => "´‾˘ˇ˙¨`^~→˚←⇒↔↼⇀⏜⏠⏞⎴".contains(mark).then_some(false),
        ScriptType::Subscript => "_←→↔⏡⏟⏝⎵".contains(mark).then_some(true),
        ScriptType::SubSuperscript => None,
    }
}

fn delimiter(sign: char, size: Option<DelimiterSize>, ty: DelimiterType) -> MathNode {
    let size = match size {
        None => 0,
        Some(DelimiterSize::Big) => 1,
        Some(DelimiterSize::BIG) => 2,
        Some(DelimiterSize::Bigg) => 3,
        Some(DelimiterSize::BIGG) => 4,
    };
    let role = match ty {
        DelimiterType::Open => DelimiterRole::Open,
        DelimiterType::Close => DelimiterRole::Close,
        DelimiterType::Fence => DelimiterRole::Fence,
    };
    MathNode::Delimiter { sign, role, size }
}

/// Makes a bar between fences grow with them: `\middle|` comes as `\big|` does.
fn part(node: &mut MathNode) {
    if let MathNode::Delimiter { role, size, .. } = node
        && *role == DelimiterRole::Fence
        && *size == 1
    {
        (*role, *size) = (DelimiterRole::Middle, 0);
    }
}

fn of_style(style: Style) -> MathStyle {
    match style {
        Style::Display => MathStyle::Display,
        Style::Text => MathStyle::Text,
        Style::Script => MathStyle::Script,
        Style::ScriptScript => MathStyle::ScriptScript,
    }
}

fn of_alignment(alignment: ColumnAlignment) -> Alignment {
    match alignment {
        ColumnAlignment::Left => Alignment::Start,
        ColumnAlignment::Center => Alignment::Center,
        ColumnAlignment::Right => Alignment::End,
    }
}

/// Returns a width in thousandths of the font's size, of which a point is a
/// tenth: LaTeX's own size.
fn thousandths(dimension: Dimension) -> i32 {
    let em = match dimension.unit {
        DimensionUnit::Em => 1.0,
        DimensionUnit::Mu => 1.0 / 18.0,
        DimensionUnit::Ex => 0.43,
        DimensionUnit::Pt | DimensionUnit::Bp => 0.1,
        DimensionUnit::Pc | DimensionUnit::Cc => 1.2,
        DimensionUnit::In => 7.2,
        DimensionUnit::Cm => 2.83,
        DimensionUnit::Mm => 0.283,
        DimensionUnit::Dd => 0.107,
        DimensionUnit::Sp => 0.0,
    };
    // Nothing is wider than a page.
    (dimension.value * em * 1000.0).round().clamp(-20_000.0, 20_000.0) as i32
}
