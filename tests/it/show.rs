//! A topic as a short text that a person can review.

use recto::model::{
    Area, Block, CardContent, Citation, CitationForm, Controls, Coordinate, Equation, Figure,
    Image, Inline, List, Mark, Math, MathNode, Point, Section, Shape, Target, Topic,
};

/// Shows a topic.
pub(crate) fn topic(topic: &Topic) -> String {
    let mut out = String::new();
    line(&mut out, 0, &format!("topic {} {}", topic.id.value, inlines(&topic.title)));
    let optional = [
        ("short-title", &topic.short_title),
        ("subtitle", &topic.subtitle),
        ("summary", &topic.summary),
    ];
    for (name, content) in optional {
        if let Some(content) = content {
            line(&mut out, 1, &format!("{name} {}", inlines(content)));
        }
    }
    for objective in &topic.objectives {
        line(&mut out, 1, &format!("objective {}", inlines(objective)));
    }
    let mut list = |name: &str, items: Vec<String>| {
        if !items.is_empty() {
            line(&mut out, 1, &format!("{name} {}", items.join(", ")));
        }
    };
    list(
        "authors",
        topic
            .contributors
            .iter()
            .map(|author| format!("{} ({:?})", author.name, author.role))
            .collect(),
    );
    list("language", topic.language.iter().map(ToString::to_string).collect());
    list("tags", topic.tags.iter().map(|tag| tag.as_str().to_owned()).collect());
    list("references", topic.references.iter().map(|key| key.value.to_string()).collect());
    list("see-also", topic.see_also.iter().map(|id| id.value.to_string()).collect());
    list("license", topic.license.iter().cloned().collect());
    list("status", topic.status.iter().map(|status| status.name().to_owned()).collect());
    list(
        "banner",
        topic
            .banner
            .iter()
            .map(|banner| {
                format!("{} alt={:?}", banner.lead().image.excerpt.path, banner.lead().image.alt)
            })
            .collect(),
    );
    list("deck", topic.deck.iter().cloned().collect());
    for (key, reference) in &topic.works {
        out.push_str(&crate::works::show(key, reference));
    }
    blocks(&mut out, 1, &topic.blocks);
    sections(&mut out, 1, &topic.sections);
    out
}

fn line(out: &mut String, depth: usize, text: &str) {
    out.push_str(&"  ".repeat(depth));
    out.push_str(text);
    out.push('\n');
}

fn sections(out: &mut String, depth: usize, list: &[Section]) {
    for section in list {
        let label =
            section.label.as_ref().map(|label| format!(" #{}", label.value)).unwrap_or_default();
        let kind = section.kind.as_ref().map(|kind| format!(" kind={}", kind.value));
        let kind = kind.unwrap_or_default();
        let controls = controls(section.controls);
        line(out, depth, &format!("section{label}{kind}{controls} {}", inlines(&section.heading)));
        blocks(out, depth + 1, &section.blocks);
        sections(out, depth + 1, &section.sections);
    }
}

fn controls(controls: Controls) -> String {
    let flags = [
        (controls.no_cards, ".no-cards"),
        (controls.ordered, ".ordered"),
        (controls.reversed, ".reversed"),
        (controls.handout_only, ".handout-only"),
        (controls.teacher_only, ".teacher-only"),
        (controls.no_source, ".no-source"),
        (controls.glossary, ".glossary"),
    ];
    flags.iter().filter(|(set, _)| *set).map(|(_, name)| format!(" {name}")).collect()
}

fn blocks(out: &mut String, depth: usize, list: &[Block]) {
    for block in list {
        match block {
            Block::Paragraph(paragraph) => {
                line(out, depth, &format!("paragraph {}", inlines(&paragraph.content)))
            }
            Block::List(list) => show_list(out, depth, list),
            Block::DefinitionList(list) => {
                for item in &list.items {
                    line(out, depth, &format!("term {}", inlines(&item.term)));
                    blocks(out, depth + 1, &item.blocks);
                }
            }
            Block::Table(table) => {
                let label = table
                    .label
                    .as_ref()
                    .map(|label| format!(" #{}", label.value))
                    .unwrap_or_default();
                line(out, depth, &format!("table{label} {:?}", table.alignments));
                if let Some(caption) = &table.caption {
                    line(out, depth + 1, &format!("caption {}", inlines(caption)));
                }
                for row in std::iter::once(&table.header).chain(&table.rows) {
                    let cells: Vec<String> = row.iter().map(|cell| inlines(cell)).collect();
                    line(out, depth + 1, &format!("row {}", cells.join(" | ")));
                }
            }
            Block::Figure(figure) => show_figure(out, depth, figure),
            Block::Callout(callout) => {
                let title = callout.title.as_deref().map(inlines).unwrap_or_default();
                let controls = controls(callout.controls);
                line(out, depth, &format!("callout {}{controls} {title}", callout.kind.name()));
                blocks(out, depth + 1, &callout.blocks);
            }
            Block::Quote(quote) => {
                line(out, depth, "quote");
                blocks(out, depth + 1, &quote.blocks);
            }
            Block::CodeBlock(code) => {
                line(out, depth, &format!("code {:?} {:?}", code.language, code.text))
            }
            Block::Card(card) => {
                let name =
                    card.name.as_ref().map(|name| format!(" {}", name.value)).unwrap_or_default();
                line(out, depth, &format!("card{name}"));
                match &card.content {
                    CardContent::Basic { front, back, reversed } => {
                        line(out, depth + 1, if *reversed { "front (reversed)" } else { "front" });
                        blocks(out, depth + 2, front);
                        line(out, depth + 1, "back");
                        blocks(out, depth + 2, back);
                    }
                    CardContent::Cloze { text } => blocks(out, depth + 1, text),
                }
                if !card.extra.is_empty() {
                    line(out, depth + 1, "extra");
                    blocks(out, depth + 2, &card.extra);
                }
            }
            Block::Equation(equation) => show_equation(out, depth, equation),
            Block::ThematicBreak => line(out, depth, "break"),
        }
    }
}

fn show_list(out: &mut String, depth: usize, list: &List) {
    let start = list.start.map(|start| format!(" from {start}")).unwrap_or_default();
    let tight = if list.tight { "" } else { " loose" };
    line(out, depth, &format!("list{start}{tight}{}", controls(list.controls)));
    for item in &list.items {
        line(out, depth + 1, &format!("item{}", controls(item.controls)));
        blocks(out, depth + 2, &item.blocks);
    }
}

/// What is taken of a picture, where that is not all of it as it is.
fn show_description(out: &mut String, depth: usize, image: &Image) {
    for paragraph in &image.description {
        line(out, depth, &format!("description {paragraph}"));
    }
}

fn show_part(out: &mut String, depth: usize, image: &Image) {
    if let Some(page) = image.excerpt.page {
        line(out, depth, &format!("page {page}"));
    }
    if let Some(window) = image.excerpt.window {
        line(out, depth, &format!("window {} {}", window.center, window.width));
    }
    if let Some(crop) = image.excerpt.crop {
        line(out, depth, &format!("crop {} to {}", point(&crop.min), point(&crop.max)));
    }
    if let Some(size) = image.pixel_size {
        line(out, depth, &format!("pixel size {} {} nm", size.x, size.y));
    }
}

fn show_figure(out: &mut String, depth: usize, figure: &Figure) {
    let label = figure.label.as_ref().map(|label| format!(" #{}", label.value)).unwrap_or_default();
    let controls = controls(figure.controls);
    if figure.is_montage() {
        let columns = figure.columns.map(|columns| format!(" of {columns} columns"));
        line(
            out,
            depth,
            &format!("figure{label} montage{}{controls}", columns.unwrap_or_default()),
        );
    } else {
        let image = &figure.lead().image;
        line(out, depth, &format!("figure{label} {}{controls}", image.excerpt.path));
        line(out, depth + 1, &format!("alt {}", image.alt));
        show_description(out, depth + 1, image);
        show_part(out, depth + 1, image);
    }
    line(out, depth + 1, &format!("caption {}", inlines(&figure.caption.long)));
    if let Some(credit) = &figure.credit {
        line(out, depth + 1, &format!("credit {}", inlines(credit)));
    }
    if let Some(license) = &figure.license {
        line(out, depth + 1, &format!("license {license}"));
    }
    if let Some(width) = figure.width {
        line(out, depth + 1, &format!("width {:.2}", width.get()));
    }
    for (letter, panel) in figure.lettered() {
        let Some(letter) = letter else {
            show_marks(out, depth + 1, &panel.marks);
            continue;
        };
        let label = panel.label.as_ref().map(|label| format!(" #{}", label.value));
        let label = label.unwrap_or_default();
        line(out, depth + 1, &format!("panel ({letter}){label} {}", panel.image.excerpt.path));
        line(out, depth + 2, &format!("alt {}", panel.image.alt));
        show_description(out, depth + 2, &panel.image);
        show_part(out, depth + 2, &panel.image);
        if let Some(credit) = &panel.credit {
            line(out, depth + 2, &format!("credit {}", inlines(credit)));
        }
        if let Some(license) = &panel.license {
            line(out, depth + 2, &format!("license {license}"));
        }
        show_marks(out, depth + 2, &panel.marks);
    }
}

fn show_marks(out: &mut String, depth: usize, marks: &[Mark]) {
    for mark in marks {
        let style = if mark.names_style { "named " } else { "" };
        let letter = mark.letter.iter().map(|letter| format!(" letter {}", letter.as_str()));
        let called = mark.called.iter().map(|called| format!(" called {called}"));
        line(
            out,
            depth,
            &format!(
                "mark {} {} {style}{}{} {}",
                mark.id.value,
                mark.color.name(),
                mark.style.name(),
                letter.chain(called).collect::<String>(),
                inlines(&mark.means)
            ),
        );
        for shape in &mark.shapes {
            match shape {
                Shape::Arrow { tip, tail } => {
                    line(out, depth + 1, &format!("arrow {} from {}", point(tip), point(tail)));
                }
                Shape::Arrowhead { tip, tail } => {
                    line(out, depth + 1, &format!("arrowhead {} from {}", point(tip), point(tail)));
                }
                Shape::Line { points } => {
                    let points: Vec<_> = points.iter().map(point).collect();
                    line(out, depth + 1, &format!("line {}", points.join(" ")));
                }
                Shape::Letter(at) => line(out, depth + 1, &format!("letter {}", point(at))),
                Shape::ScaleBar { length, label, at } => {
                    let at = at.iter().map(|at| format!(" at {}", point(at)));
                    let long = format!("scale bar {} nm, {label:?}", length.nanometers);
                    line(out, depth + 1, &format!("{long}{}", at.collect::<String>()));
                }
                Shape::Area(shape) => line(out, depth + 1, &area(shape)),
            }
        }
        if let Some(region) = &mark.region {
            line(out, depth + 1, &format!("region {}", area(region)));
        }
    }
}

fn area(area: &Area) -> String {
    match area {
        Area::Rectangle { min, max } => format!("rectangle {} to {}", point(min), point(max)),
        Area::Ellipse { center, radii } => {
            format!("ellipse {} radii {}", point(center), point(radii))
        }
        Area::Polygon { points } => {
            format!("polygon {}", points.iter().map(point).collect::<Vec<_>>().join(" "))
        }
    }
}

fn point(point: &Point) -> String {
    let coordinate = |coordinate: Coordinate| match coordinate {
        Coordinate::Share(ratio) => format!("{:.2}", ratio.get()),
        Coordinate::Pixels(thousandths) => format!("{}px", f64::from(thousandths) / 1e3),
    };
    format!("({}, {})", coordinate(point.x), coordinate(point.y))
}

/// Shows inlines in angle brackets with their names.
pub(crate) fn inlines(list: &[Inline]) -> String {
    list.iter().map(inline).collect()
}

fn inline(inline: &Inline) -> String {
    let wrapped = |name: &str, content: &[Inline]| format!("<{name} {}>", inlines(content));
    match inline {
        Inline::Text(text) => text.clone(),
        Inline::Emphasis(content) => wrapped("em", content),
        Inline::Strong(content) => wrapped("strong", content),
        Inline::Strikeout(content) => wrapped("strike", content),
        Inline::Superscript(content) => wrapped("sup", content),
        Inline::Subscript(content) => wrapped("sub", content),
        Inline::SmallCaps(content) => wrapped("small-caps", content),
        Inline::Foreign(foreign) => wrapped(foreign.language.as_str(), &foreign.content),
        Inline::Indexed(indexed) => {
            let terms = indexed.terms.iter().map(|term| term.0.join("!"));
            format!(
                "<index {}: {}>",
                terms.collect::<Vec<_>>().join("; "),
                inlines(&indexed.content)
            )
        }
        Inline::Code(text) => format!("<code {text}>"),
        Inline::Math(math) => math_node(math),
        Inline::Link(link) => {
            let more = if link.more { " more" } else { "" };
            format!("<link{more} {} {}>", link.url, inlines(&link.content))
        }
        Inline::Citation(citation) => show_citation(citation),
        Inline::CrossReference(reference) => {
            let target = match &reference.target.value {
                Target::Label(label) => format!("#{label}"),
                Target::Topic(topic) => format!("topic {topic}"),
                Target::Within(topic, label) => format!("topic {topic}#{label}"),
            };
            let content =
                reference.content.as_deref().map(|content| format!(" {}", inlines(content)));
            format!("<ref {target}{}>", content.unwrap_or_default())
        }
        Inline::Cloze(cloze) => {
            let number = cloze.number.map(|number| format!(" {number}")).unwrap_or_default();
            let hint =
                cloze.hint.as_ref().map(|hint| format!(" hint={hint:?}")).unwrap_or_default();
            format!("<cloze{number}{hint} {}>", inlines(&cloze.content))
        }
        Inline::MarkReference(reference) => format!("<mark {}>", reference.mark.value),
        Inline::Footnote(note) => {
            let mut text = String::new();
            blocks(&mut text, 0, &note.blocks);
            format!("<note {}>", text.trim_end().replace('\n', " / "))
        }
        Inline::LineBreak => "<br>".into(),
    }
}

fn show_citation(citation: &Citation) -> String {
    let form = match citation.form {
        CitationForm::Normal => "cite",
        CitationForm::Prose => "cite-prose",
    };
    let items: Vec<String> = citation
        .items
        .iter()
        .map(|item| {
            let affix = |content: &[Inline]| match content {
                [] => String::new(),
                content => format!("{:?}", inlines(content)),
            };
            let locator =
                item.locator.as_ref().map(|locator| format!("{}={}", locator.kind, locator.value));
            let key = if item.suppress_author {
                format!("-{}", item.key.value)
            } else {
                item.key.value.to_string()
            };
            let parts =
                [affix(&item.prefix), key, locator.unwrap_or_default(), affix(&item.suffix)];
            let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            parts.join(" ")
        })
        .collect();
    format!("<{form} {}>", items.join("; "))
}

fn show_equation(out: &mut String, depth: usize, equation: &Equation) {
    let label =
        equation.label.as_ref().map(|label| format!(" #{}", label.value)).unwrap_or_default();
    line(out, depth, &format!("equation{label} {}", math_node(&equation.math)));
}

/// Shows a formula: its LaTeX, its tree, and how it reads in one line.
fn math_node(math: &Math) -> String {
    let display = if math.display { " display" } else { "" };
    let latex = math.latex.replace('\n', " ");
    format!("<math{display} {latex} = {} = {}>", math_nodes(&math.nodes), math.plain())
}

fn math_nodes(nodes: &[MathNode]) -> String {
    nodes.iter().map(one_math_node).collect::<Vec<_>>().join(" ")
}

fn one_math_node(node: &MathNode) -> String {
    let part = |name: &str, nodes: &Option<Vec<MathNode>>| {
        nodes.as_ref().map(|nodes| format!(" {name}({})", math_nodes(nodes))).unwrap_or_default()
    };
    let sign = |sign: &Option<char>| sign.map_or("none".to_owned(), String::from);
    match node {
        MathNode::Letter { text, upright } => {
            if *upright {
                format!("{text}!")
            } else {
                text.clone()
            }
        }
        MathNode::Number(text) => text.clone(),
        MathNode::Operator { text, role } => format!("{role:?}[{text}]"),
        MathNode::Function(name) => format!("{name}()"),
        MathNode::Text { text, font } => format!("{font:?}{text:?}"),
        MathNode::Space(width) => format!("space {width}"),
        MathNode::Group(content) => format!("{{{}}}", math_nodes(content)),
        MathNode::Fraction { numerator, denominator, bar } => {
            let name = if *bar { "frac" } else { "over" };
            format!("{name}({} / {})", math_nodes(numerator), math_nodes(denominator))
        }
        MathNode::Root { radicand, index } => {
            format!("root({}{})", math_nodes(radicand), part("index", index))
        }
        MathNode::Scripts { base, lower, upper, place } => format!(
            "{place:?}({}{}{})",
            math_nodes(base),
            part("lower", lower),
            part("upper", upper)
        ),
        MathNode::Accent { base, mark, below, wide } => {
            let side = if *below { " below" } else { "" };
            let wide = if *wide { " wide" } else { "" };
            format!("accent({} {mark}{side}{wide})", math_nodes(base))
        }
        MathNode::Fenced { open, close, content } => {
            format!("fenced({} {} {})", sign(open), math_nodes(content), sign(close))
        }
        MathNode::Delimiter { sign, role, size } => format!("{role:?}[{sign} {size}]"),
        MathNode::Table(table) => {
            let rows: Vec<String> = table
                .rows
                .iter()
                .map(|row| row.iter().map(|cell| math_nodes(cell)).collect::<Vec<_>>().join(" & "))
                .collect();
            format!("{:?}{:?}({})", table.kind, table.columns, rows.join(" ; "))
        }
        MathNode::Styled { style, content } => format!("{style:?}({})", math_nodes(content)),
    }
}
