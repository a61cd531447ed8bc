//! One walk over the tree, in reading order.

use super::{
    Block, Callout, CardBlock, CardContent, Citation, CodeBlock, Equation, Figure, Inline, List,
    Section, Table, Topic,
};

/// Something that looks at every node.
///
/// The methods are called before the walk goes on into the node. Only the nodes
/// that somebody looks for have one; add more as they are needed.
pub trait Visitor {
    /// Called for each section.
    fn section(&mut self, _section: &Section) {}
    /// Called for each list.
    fn list(&mut self, _list: &List) {}
    /// Called for each callout.
    fn callout(&mut self, _callout: &Callout) {}
    /// Called for each figure.
    fn figure(&mut self, _figure: &Figure) {}
    /// Called for each table.
    fn table(&mut self, _table: &Table) {}
    /// Called for each block of code.
    fn code(&mut self, _code: &CodeBlock) {}
    /// Called for each formula that is a block.
    fn equation(&mut self, _equation: &Equation) {}
    /// Called for each flashcard that the author wrote.
    fn card(&mut self, _card: &CardBlock) {}
    /// Called after the walk went through a flashcard.
    fn leave_card(&mut self, _card: &CardBlock) {}
    /// Tells whether the walk goes into a flashcard.
    fn enters_card(&self, _card: &CardBlock) -> bool {
        true
    }
    /// Tells whether the walk goes into lines of text, which is most of the way.
    fn enters_lines(&self) -> bool {
        true
    }
    /// Called for each citation.
    fn citation(&mut self, _citation: &Citation) {}
    /// Called for each inline, citations among them.
    fn inline(&mut self, _inline: &Inline) {}
}

/// Two that look at every node on one walk: most of its time goes into getting there.
/// Both go into flashcards and lines, or neither does.
impl<A: Visitor, B: Visitor> Visitor for (A, B) {
    fn section(&mut self, section: &Section) {
        self.0.section(section);
        self.1.section(section);
    }

    fn list(&mut self, list: &List) {
        self.0.list(list);
        self.1.list(list);
    }

    fn callout(&mut self, callout: &Callout) {
        self.0.callout(callout);
        self.1.callout(callout);
    }

    fn figure(&mut self, figure: &Figure) {
        self.0.figure(figure);
        self.1.figure(figure);
    }

    fn table(&mut self, table: &Table) {
        self.0.table(table);
        self.1.table(table);
    }

    fn code(&mut self, code: &CodeBlock) {
        self.0.code(code);
        self.1.code(code);
    }

    fn equation(&mut self, equation: &Equation) {
        self.0.equation(equation);
        self.1.equation(equation);
    }

    fn card(&mut self, card: &CardBlock) {
        self.0.card(card);
        self.1.card(card);
    }

    fn leave_card(&mut self, card: &CardBlock) {
        self.0.leave_card(card);
        self.1.leave_card(card);
    }

    fn enters_card(&self, card: &CardBlock) -> bool {
        debug_assert_eq!(self.0.enters_card(card), self.1.enters_card(card));
        self.0.enters_card(card)
    }

    fn enters_lines(&self) -> bool {
        debug_assert_eq!(self.0.enters_lines(), self.1.enters_lines());
        self.0.enters_lines()
    }

    fn citation(&mut self, citation: &Citation) {
        self.0.citation(citation);
        self.1.citation(citation);
    }

    fn inline(&mut self, inline: &Inline) {
        self.0.inline(inline);
        self.1.inline(inline);
    }
}

/// Walks over a topic.
pub fn walk_topic(topic: &Topic, visitor: &mut impl Visitor) {
    walk_inlines(&topic.title, visitor);
    for inlines in topic.subtitle.iter().chain(&topic.summary).chain(&topic.objectives) {
        walk_inlines(inlines, visitor);
    }
    if let Some(banner) = &topic.banner {
        walk_figure(banner, visitor);
    }
    walk_blocks(&topic.blocks, visitor);
    for section in &topic.sections {
        walk_section(section, visitor);
    }
}

fn walk_section(section: &Section, visitor: &mut impl Visitor) {
    visitor.section(section);
    walk_inlines(&section.heading, visitor);
    walk_blocks(&section.blocks, visitor);
    for section in &section.sections {
        walk_section(section, visitor);
    }
}

/// Walks over blocks.
pub fn walk_blocks(blocks: &[Block], visitor: &mut impl Visitor) {
    for block in blocks {
        walk_block(block, visitor);
    }
}

/// Walks over a block.
pub fn walk_block(block: &Block, visitor: &mut impl Visitor) {
    match block {
        Block::Paragraph(paragraph) => walk_inlines(&paragraph.content, visitor),
        Block::List(list) => {
            visitor.list(list);
            for item in &list.items {
                walk_blocks(&item.blocks, visitor);
            }
        }
        Block::DefinitionList(list) => {
            for item in &list.items {
                walk_inlines(&item.term, visitor);
                walk_blocks(&item.blocks, visitor);
            }
        }
        Block::Table(table) => {
            visitor.table(table);
            walk_inlines(table.caption.as_deref().unwrap_or_default(), visitor);
            for cell in table.header.iter().chain(table.rows.iter().flatten()) {
                walk_inlines(cell, visitor);
            }
        }
        Block::Figure(figure) => walk_figure(figure, visitor),
        Block::Quote(quote) => walk_blocks(&quote.blocks, visitor),
        Block::Callout(callout) => {
            visitor.callout(callout);
            walk_inlines(callout.title.as_deref().unwrap_or_default(), visitor);
            walk_blocks(&callout.blocks, visitor);
        }
        Block::Card(card) => {
            visitor.card(card);
            if !visitor.enters_card(card) {
                return;
            }
            match &card.content {
                CardContent::Basic { front, back, .. } => {
                    walk_blocks(front, visitor);
                    walk_blocks(back, visitor);
                }
                CardContent::Cloze { text } => walk_blocks(text, visitor),
            }
            walk_blocks(&card.extra, visitor);
            visitor.leave_card(card);
        }
        Block::Equation(equation) => visitor.equation(equation),
        Block::CodeBlock(code) => visitor.code(code),
        Block::ThematicBreak => {}
    }
}

fn walk_figure(figure: &Figure, visitor: &mut impl Visitor) {
    visitor.figure(figure);
    walk_inlines(&figure.caption.long, visitor);
    walk_inlines(figure.caption.short.as_deref().unwrap_or_default(), visitor);
    walk_inlines(figure.credit.as_deref().unwrap_or_default(), visitor);
    for panel in &figure.panels {
        walk_inlines(panel.credit.as_deref().unwrap_or_default(), visitor);
        for mark in &panel.marks {
            walk_inlines(&mark.means, visitor);
        }
    }
}

/// Walks over inlines.
pub fn walk_inlines(inlines: &[Inline], visitor: &mut impl Visitor) {
    if !visitor.enters_lines() {
        return;
    }
    for inline in inlines {
        walk_inline(inline, visitor);
    }
}

/// Walks over an inline.
pub fn walk_inline(inline: &Inline, visitor: &mut impl Visitor) {
    visitor.inline(inline);
    match inline {
        Inline::Emphasis(content)
        | Inline::Strong(content)
        | Inline::Strikeout(content)
        | Inline::Superscript(content)
        | Inline::Subscript(content)
        | Inline::SmallCaps(content) => walk_inlines(content, visitor),
        Inline::Foreign(foreign) => walk_inlines(&foreign.content, visitor),
        Inline::Indexed(indexed) => walk_inlines(&indexed.content, visitor),
        Inline::Link(link) => walk_inlines(&link.content, visitor),
        Inline::Cloze(cloze) => walk_inlines(&cloze.content, visitor),
        Inline::CrossReference(reference) => {
            walk_inlines(reference.content.as_deref().unwrap_or_default(), visitor);
        }
        Inline::Citation(citation) => {
            visitor.citation(citation);
            for item in &citation.items {
                walk_inlines(&item.prefix, visitor);
                walk_inlines(&item.suffix, visitor);
            }
        }
        Inline::Footnote(footnote) => walk_blocks(&footnote.blocks, visitor),
        Inline::Text(_)
        | Inline::Code(_)
        | Inline::Math(_)
        | Inline::MarkReference(_)
        | Inline::LineBreak => {}
    }
}

/// Something that edits lines of text.
pub trait LineEditor {
    /// Tells whether the lines of notes are to be edited, too.
    fn enters_notes(&self) -> bool;
    /// Edits a line, after those within it.
    fn line(&mut self, line: &mut Vec<Inline>);
}

/// Edits all lines of text of a topic.
pub fn edit_lines(topic: &mut Topic, edit: &mut impl LineEditor) {
    edit_line(&mut topic.title, edit);
    let lines = topic.subtitle.iter_mut().chain(&mut topic.summary).chain(&mut topic.objectives);
    lines.for_each(|line| edit_line(line, edit));
    if let Some(banner) = &mut topic.banner {
        edit_figure(banner, edit);
    }
    edit_blocks(&mut topic.blocks, edit);
    topic.sections.iter_mut().for_each(|section| edit_section(section, edit));
}

fn edit_section(section: &mut Section, edit: &mut impl LineEditor) {
    edit_line(&mut section.heading, edit);
    edit_blocks(&mut section.blocks, edit);
    section.sections.iter_mut().for_each(|section| edit_section(section, edit));
}

/// Edits all lines of text in blocks.
pub fn edit_blocks(blocks: &mut [Block], edit: &mut impl LineEditor) {
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) => edit_line(&mut paragraph.content, edit),
            Block::List(list) => {
                list.items.iter_mut().for_each(|item| edit_blocks(&mut item.blocks, edit));
            }
            Block::DefinitionList(list) => {
                for item in &mut list.items {
                    edit_line(&mut item.term, edit);
                    edit_blocks(&mut item.blocks, edit);
                }
            }
            Block::Table(table) => {
                let cells = table.header.iter_mut().chain(table.rows.iter_mut().flatten());
                table.caption.iter_mut().chain(cells).for_each(|line| edit_line(line, edit));
            }
            Block::Figure(figure) => edit_figure(figure, edit),
            Block::Quote(quote) => edit_blocks(&mut quote.blocks, edit),
            Block::Callout(callout) => {
                callout.title.iter_mut().for_each(|line| edit_line(line, edit));
                edit_blocks(&mut callout.blocks, edit);
            }
            Block::Card(card) => {
                match &mut card.content {
                    CardContent::Basic { front, back, .. } => {
                        edit_blocks(front, edit);
                        edit_blocks(back, edit);
                    }
                    CardContent::Cloze { text } => edit_blocks(text, edit),
                }
                edit_blocks(&mut card.extra, edit);
            }
            Block::Equation(_) | Block::CodeBlock(_) | Block::ThematicBreak => {}
        }
    }
}

fn edit_figure(figure: &mut Figure, edit: &mut impl LineEditor) {
    edit_line(&mut figure.caption.long, edit);
    let lines = figure.caption.short.iter_mut().chain(&mut figure.credit);
    lines.for_each(|line| edit_line(line, edit));
    for panel in &mut figure.panels {
        panel.credit.iter_mut().for_each(|line| edit_line(line, edit));
        panel.marks.iter_mut().for_each(|mark| edit_line(&mut mark.means, edit));
    }
}

fn edit_line(line: &mut Vec<Inline>, edit: &mut impl LineEditor) {
    for inline in line.iter_mut() {
        match inline {
            Inline::Emphasis(content)
            | Inline::Strong(content)
            | Inline::Strikeout(content)
            | Inline::Superscript(content)
            | Inline::Subscript(content)
            | Inline::SmallCaps(content) => edit_line(content, edit),
            Inline::Foreign(foreign) => edit_line(&mut foreign.content, edit),
            Inline::Indexed(indexed) => edit_line(&mut indexed.content, edit),
            Inline::Link(link) => edit_line(&mut link.content, edit),
            Inline::Cloze(cloze) => edit_line(&mut cloze.content, edit),
            Inline::CrossReference(reference) => {
                reference.content.iter_mut().for_each(|line| edit_line(line, edit));
            }
            Inline::Footnote(footnote) if edit.enters_notes() => {
                edit_blocks(&mut footnote.blocks, edit);
            }
            Inline::Footnote(_)
            | Inline::Text(_)
            | Inline::Code(_)
            | Inline::Math(_)
            | Inline::Citation(_)
            | Inline::MarkReference(_)
            | Inline::LineBreak => {}
        }
    }
    edit.line(line);
}
