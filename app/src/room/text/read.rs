//! Markdown as people type it in a chat, read into a tree of bounded depth and size.

use super::{
    address::Address,
    links::{Piece, pieces},
    marks::{Mark, Marked, Part},
    tree::{Block, Inline, Item, Side, words},
};
use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// Longer texts are shown as they were typed, in bytes. A message cannot be as long.
const READ_LIMIT_BYTES: usize = 64 * 1024;

/// Quotes, lists and other things inside each other; deeper ones stand at this depth.
const DEPTH_LIMIT: usize = 12;

/// Parts of a text; one that wants more is shown as it was typed.
const PARTS_LIMIT: usize = 6_000;

/// Reads `text`.
#[must_use]
pub fn read(text: &str) -> Vec<Block> {
    read_in_steps(text).0
}

/// What was read, and in how many steps: they grow as the text does, however its marks are nested or left open.
fn read_in_steps(text: &str) -> (Vec<Block>, usize) {
    if text.len() > READ_LIMIT_BYTES {
        return (as_typed(text), 1);
    }
    let marked = Marked::new(text);
    let options =
        Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    let mut reader = Reader {
        marked: &marked,
        frames: vec![Frame::new(Kind::Root)],
        framed: Vec::new(),
        links: 0,
        parts: 0,
        steps: 0,
    };
    for (event, place) in Parser::new_ext(&marked.text, options).into_offset_iter() {
        reader.take(event, place);
        if reader.parts > PARTS_LIMIT {
            return (as_typed(text), reader.steps);
        }
    }
    let Reader { mut frames, steps, .. } = reader;
    let mut root = frames.swap_remove(0);
    root.end_line(&marked);
    (root.blocks, steps)
}

/// The words alone, with links.
fn as_typed(text: &str) -> Vec<Block> {
    let mut inlines = Vec::new();
    for piece in pieces(text) {
        if inlines.len() > PARTS_LIMIT {
            return vec![Block::Paragraph(vec![Inline::Text(text.to_owned())])];
        }
        push_piece(piece, &mut inlines);
    }
    vec![Block::Paragraph(inlines)]
}

/// What is being read, from the outside in.
struct Reader<'a> {
    marked: &'a Marked<'a>,
    frames: Vec<Frame>,
    /// For each part that has begun and not ended, whether it has a frame. One that is too deep, or stands where it
    /// cannot, has none: what it holds goes to the frame around it at once.
    framed: Vec<bool>,
    /// How many of the frames are links.
    links: usize,
    parts: usize,
    /// Parts taken and moved.
    steps: usize,
}

/// One part that is not complete yet.
struct Frame {
    kind: Kind,
    /// Words since the last inline, with pieces still taken out.
    text: String,
    inlines: Vec<Inline>,
    blocks: Vec<Block>,
    items: Vec<Item>,
    rows: Vec<Vec<Vec<Inline>>>,
}

enum Kind {
    Root,
    Paragraph,
    /// With the last line, where a line of dashes made a heading of the words above it.
    Heading(u8, Option<String>),
    Quote,
    List(Option<u64>),
    Item(Option<bool>),
    Code(Option<String>),
    Table(Vec<Side>),
    Row,
    Cell,
    Strong,
    Emphasis,
    Strike,
    Link(Address),
    Image(String),
    /// A link to where none may go: shown as typed.
    Source(Range<usize>),
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, place: Range<usize>) {
        self.parts += 1;
        self.steps += 1;
        match event {
            Event::Start(tag) => self.start(tag, place),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.top().text.push_str(&text);
            }
            Event::Code(code) => {
                let code = self.marked.typed(&code).into_owned();
                self.push(Inline::Code(code));
            }
            Event::SoftBreak | Event::HardBreak => self.top().text.push('\n'),
            Event::Rule => self.push_block(Block::Rule),
            Event::TaskListMarker(done) => {
                if self.framed.last() == Some(&true)
                    && let Kind::Item(marker) = &mut self.top().kind
                {
                    *marker = Some(done);
                }
            }
            // Not switched on; shown if they ever are.
            Event::FootnoteReference(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.top().text.push_str(&text);
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>, place: Range<usize>) {
        let marked = self.marked;
        if !is_inline(tag.to_end()) {
            self.top().end_line(marked);
        }
        let kind = self.kind_of(tag, place);
        self.framed.push(kind.is_some());
        if let Some(kind) = kind {
            self.links += usize::from(matches!(kind, Kind::Link(_)));
            self.frames.push(Frame::new(kind));
        }
    }

    /// What begins with `tag`; nothing where it is too deep or stands where it cannot.
    fn kind_of(&mut self, tag: Tag<'_>, place: Range<usize>) -> Option<Kind> {
        let deep = self.frames.len() > DEPTH_LIMIT;
        let marked = self.marked;
        let kind = match tag {
            Tag::Paragraph => Kind::Paragraph,
            Tag::Heading { level, .. } => {
                Kind::Heading(level as u8, underline(&marked.text[place]).map(str::to_owned))
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                Kind::Code(language(&marked.typed(&info)))
            }
            Tag::CodeBlock(CodeBlockKind::Indented) => Kind::Code(None),
            // Where the list or the table has a place, so have they.
            Tag::Item => Kind::Item(None),
            Tag::TableHead | Tag::TableRow => Kind::Row,
            Tag::TableCell => Kind::Cell,
            _ if deep => return None,
            Tag::BlockQuote(_) => Kind::Quote,
            Tag::List(start) => Kind::List(start),
            Tag::Table(sides) => Kind::Table(sides.into_iter().map(side).collect()),
            Tag::Strong => Kind::Strong,
            Tag::Emphasis => Kind::Emphasis,
            Tag::Strikethrough => Kind::Strike,
            Tag::Link { dest_url, .. } => match Address::new(&marked.typed(&dest_url)) {
                Some(to) => Kind::Link(to),
                None => Kind::Source(place),
            },
            Tag::Image { dest_url, .. } => Kind::Image(marked.typed(&dest_url).into_owned()),
            _ => return None,
        };
        // A list too deep has no items, a table no rows: what they hold goes on to what holds them.
        let around = &self.top().kind;
        let orphan = match kind {
            Kind::Item(_) => !matches!(around, Kind::List(_)),
            Kind::Row => !matches!(around, Kind::Table(_)),
            Kind::Cell => !matches!(around, Kind::Row),
            _ => false,
        };
        (!orphan).then_some(kind)
    }

    fn end(&mut self, tag: TagEnd) {
        let marked = self.marked;
        if self.framed.pop() != Some(true) {
            if !is_inline(tag) {
                self.top().end_line(marked);
            }
            return;
        }
        // The outermost is never ended by the text.
        if self.frames.len() < 2 {
            return;
        }
        let Some(mut frame) = self.frames.pop() else { return };
        self.links -= usize::from(matches!(frame.kind, Kind::Link(_)));
        let in_link = self.links > 0;
        match &frame.kind {
            Kind::Code(_) => {}
            Kind::Quote | Kind::Item(_) => frame.end_line(self.marked),
            Kind::Link(_) | Kind::Image(_) => frame.end_text(self.marked, false),
            _ => frame.end_text(self.marked, !in_link),
        }
        let Frame { kind, text, mut inlines, blocks, items, mut rows } = frame;
        match kind {
            Kind::Root => {}
            Kind::Paragraph => self.push_block(Block::Paragraph(inlines)),
            Kind::Heading(_, Some(underline)) => {
                if underline.starts_with('-') {
                    self.push_block(Block::Paragraph(inlines));
                    self.push_block(Block::Rule);
                } else {
                    inlines.push(Inline::Text(format!("\n{underline}")));
                    self.push_block(Block::Paragraph(inlines));
                }
            }
            Kind::Heading(level, None) => self.push_block(Block::Heading(level, inlines)),
            Kind::Quote => self.push_block(Block::Quote(blocks)),
            Kind::List(start) => self.push_block(Block::List { start, items }),
            Kind::Item(done) => self.top().items.push(Item { done, blocks }),
            Kind::Code(language) => {
                let text = self.marked.typed(&text);
                let text = text.strip_suffix('\n').unwrap_or(&text).to_owned();
                self.push_block(Block::Code { language, text });
            }
            Kind::Table(sides) => {
                if !rows.is_empty() {
                    let head = rows.remove(0);
                    self.push_block(Block::Table { sides, head, rows });
                }
            }
            Kind::Row => self.top().rows.push(rows.pop().unwrap_or_default()),
            Kind::Cell => match self.top().rows.last_mut() {
                Some(row) => row.push(inlines),
                None => self.top().rows.push(vec![inlines]),
            },
            Kind::Strong => self.push(Inline::Strong(inlines)),
            Kind::Emphasis => self.push(Inline::Emphasis(inlines)),
            Kind::Strike => self.push(Inline::Strike(inlines)),
            Kind::Link(to) => {
                self.steps += inlines.len();
                let host = to.host_to_show(&words(&inlines));
                self.push_link(in_link, to, inlines, host);
            }
            Kind::Image(to) => self.push_image(in_link, &to, inlines),
            Kind::Source(place) => {
                let source = &self.marked.text[place];
                self.top().text.push_str(source);
            }
        }
    }

    fn push_link(&mut self, in_link: bool, to: Address, inside: Vec<Inline>, host: Option<String>) {
        if in_link {
            self.push_all(inside);
        } else {
            self.push(Inline::Link { to, inside, host });
        }
    }

    /// Pictures of others are not loaded: they would tell who reads when. The link says what it is.
    fn push_image(&mut self, in_link: bool, to: &str, mut inlines: Vec<Inline>) {
        if inlines.is_empty() {
            inlines.push(Inline::Text(to.to_owned()));
        }
        match Address::new(to) {
            Some(address) => {
                let host = address.host_to_show(&words(&inlines));
                self.push_link(in_link, address, inlines, host);
            }
            None => self.push_all(inlines),
        }
    }

    fn push_all(&mut self, inlines: Vec<Inline>) {
        self.steps += inlines.len();
        for inline in inlines {
            self.push(inline);
        }
    }

    fn push(&mut self, inline: Inline) {
        let marked = self.marked;
        let linkable = self.links == 0;
        let top = self.top();
        top.end_text(marked, linkable);
        top.inlines.push(inline);
    }

    fn push_block(&mut self, block: Block) {
        let marked = self.marked;
        let top = self.top();
        top.end_line(marked);
        top.blocks.push(block);
    }

    fn top(&mut self) -> &mut Frame {
        // The outermost stays (see `end`): there is always one.
        let last = self.frames.len().saturating_sub(1);
        &mut self.frames[last]
    }
}

impl Frame {
    const fn new(kind: Kind) -> Self {
        Self {
            kind,
            text: String::new(),
            inlines: Vec::new(),
            blocks: Vec::new(),
            items: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Makes inlines of the words so far.
    fn end_text(&mut self, marked: &Marked<'_>, linkable: bool) {
        if self.text.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        let mut said = String::new();
        for part in marked.parts(&text) {
            match part {
                Part::Words(words) | Part::Piece(Mark::Words, words) => said.push_str(words),
                Part::Piece(Mark::Address, address) if linkable => {
                    self.end_words(&mut said, linkable);
                    match link(address) {
                        Some(link) => self.inlines.push(link),
                        None => said.push_str(address),
                    }
                }
                Part::Piece(Mark::Mention(name, who), _) if linkable => {
                    self.end_words(&mut said, linkable);
                    self.inlines.push(Inline::Mention(name.clone(), who.clone()));
                }
                Part::Piece(Mark::Tag(tag), _) if linkable => {
                    self.end_words(&mut said, linkable);
                    self.inlines.push(Inline::Tag(tag.clone()));
                }
                // A link holds nothing else that can be pressed.
                Part::Piece(Mark::Address, typed) => said.push_str(typed),
                Part::Piece(Mark::Mention(name, _), _) => {
                    said.push('@');
                    said.push_str(name);
                }
                Part::Piece(Mark::Tag(tag), _) => {
                    said.push('#');
                    said.push_str(&tag.name);
                }
            }
        }
        self.end_words(&mut said, linkable);
    }

    fn end_words(&mut self, said: &mut String, linkable: bool) {
        if said.is_empty() {
            return;
        }
        if linkable {
            for piece in pieces(said) {
                push_piece(piece, &mut self.inlines);
            }
        } else {
            push_words(said, &mut self.inlines);
        }
        said.clear();
    }

    /// Makes a block of the inlines so far, where they stand between blocks.
    fn end_line(&mut self, marked: &Marked<'_>) {
        if matches!(self.kind, Kind::Code(_)) {
            return;
        }
        self.end_text(marked, true);
        if !self.inlines.is_empty() {
            self.blocks.push(Block::Line(std::mem::take(&mut self.inlines)));
        }
    }
}

fn push_piece(piece: Piece<'_>, inlines: &mut Vec<Inline>) {
    match piece {
        Piece::Text(words) => push_words(words, inlines),
        Piece::Link(address) => {
            inlines.push(link(address).unwrap_or_else(|| Inline::Text(address.to_owned())));
        }
    }
}

fn link(address: &str) -> Option<Inline> {
    let to = Address::new(address)?;
    let host = to.host_to_show(address);
    Some(Inline::Link { to, inside: vec![Inline::Text(address.to_owned())], host })
}

/// Cuts words at their shortcodes.
fn push_words(mut words: &str, inlines: &mut Vec<Inline>) {
    let mut from = 0;
    while let Some(place) = words[from..].find(':').map(|place| place + from) {
        let rest = &words[place + 1..];
        let len = rest
            .bytes()
            .take_while(|byte| {
                byte.is_ascii_lowercase()
                    || byte.is_ascii_digit()
                    || matches!(byte, b'_' | b'+' | b'-')
            })
            .count();
        let name = &rest[..len];
        let alone = !words[..place].ends_with(|c: char| c.is_alphanumeric());
        if alone && rest[len..].starts_with(':') && is_shortcode(name) {
            if place > 0 {
                inlines.push(Inline::Text(words[..place].to_owned()));
            }
            inlines.push(Inline::Shortcode(name.to_owned()));
            words = &rest[len + 1..];
            from = 0;
        } else {
            from = place + 1 + len;
        }
    }
    if !words.is_empty() {
        inlines.push(Inline::Text(words.to_owned()));
    }
}

fn is_shortcode(name: &str) -> bool {
    name.len() <= 40
        && (name.bytes().any(|byte| byte.is_ascii_lowercase())
            || matches!(name, "+1" | "-1" | "100" | "1234"))
}

/// The line that made a heading of the words above it, if not a `#` did.
fn underline(source: &str) -> Option<&str> {
    if source.trim_start().starts_with('#') {
        return None;
    }
    let last = source.trim_end().lines().next_back()?.trim_start_matches([' ', '>']);
    Some(last.trim_end())
}

/// The language named after a fence.
fn language(info: &str) -> Option<String> {
    let word = info.split(|c: char| c.is_whitespace() || matches!(c, ',' | '{')).next()?;
    let known = !word.is_empty()
        && word.len() <= 32
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'#' | b'-' | b'_' | b'.'));
    known.then(|| word.to_ascii_lowercase())
}

const fn side(side: Alignment) -> Side {
    match side {
        Alignment::None | Alignment::Left => Side::Start,
        Alignment::Center => Side::Center,
        Alignment::Right => Side::End,
    }
}

const fn is_inline(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

#[cfg(test)]
mod tests;
