//! What was copied from a page, a mail or a document, as Markdown. The pasted HTML is parsed apart from the page: nothing
//! of it runs, loads or is ever put into ours.

use wasm_bindgen::JsCast;
use web_sys::{DomParser, Element, Node, SupportedType};

/// Deeper than this nobody writes, and a walk could go.
const DEEPEST: usize = 60;

/// `html` as Markdown; `None` where it says no more than the plain text beside it.
#[must_use]
pub fn markdown(html: &str, plain: &str) -> Option<String> {
    let parsed = DomParser::new().ok()?.parse_from_string(html, SupportedType::TextHtml).ok()?;
    let body = parsed.body()?;
    let mut out = Out::default();
    out.children(&body, 0, &Within::default());
    let text = out.finished();
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty() && squeezed(&text) != squeezed(plain)).then_some(text)
}

/// What surrounds a piece of text.
#[derive(Clone, Default)]
struct Within {
    /// Before each line: quotes and the indentation of lists.
    prefix: String,
    /// Whether it stands in a code block.
    pre: bool,
    /// Whether it stands in a cell of a table, which has one line.
    cell: bool,
}

#[derive(Default)]
struct Out {
    text: String,
}

impl Out {
    fn finished(self) -> String {
        let lines: Vec<&str> = self.text.lines().map(str::trim_end).collect();
        let mut text = lines.join("\n");
        while text.contains("\n\n\n") {
            text = text.replace("\n\n\n", "\n\n");
        }
        text.trim_matches('\n').trim_end().to_owned()
    }

    fn children(&mut self, node: &Node, depth: usize, within: &Within) {
        if depth > DEEPEST {
            return;
        }
        let mut child = node.first_child();
        while let Some(node) = child {
            match node.node_type() {
                Node::TEXT_NODE => self.words(&node.text_content().unwrap_or_default(), within),
                Node::ELEMENT_NODE => {
                    if let Some(element) = node.dyn_ref::<Element>() {
                        self.element(element, depth + 1, within);
                    }
                }
                _ => {}
            }
            child = node.next_sibling();
        }
    }

    fn words(&mut self, words: &str, within: &Within) {
        if within.pre {
            let continued = format!("\n{}", within.prefix);
            self.text.push_str(&words.replace('\n', &continued));
            return;
        }
        // White space counts once, and not at the beginning of a line.
        for c in words.chars() {
            if c.is_whitespace() {
                if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
                    self.text.push(' ');
                }
            } else {
                self.text.push(c);
            }
        }
    }

    fn element(&mut self, element: &Element, depth: usize, within: &Within) {
        match element.tag_name().to_ascii_lowercase().as_str() {
            "script" | "style" | "template" | "head" | "noscript" | "svg" | "object" | "iframe" => {
            }
            "br" => self.line(within),
            "hr" => self.block(within, |out, _| out.text.push_str("---")),
            "strong" | "b" if !is_plain(element, "font-weight", &["normal", "400"]) => {
                self.marked(element, "**", depth, within);
            }
            "em" | "i" if !is_plain(element, "font-style", &["normal"]) => {
                self.marked(element, "_", depth, within);
            }
            "s" | "del" | "strike" => self.marked(element, "~~", depth, within),
            "code" | "kbd" | "samp" if !within.pre => self.marked(element, "`", depth, within),
            "a" => self.link(element, depth),
            "pre" => self.code_block(element, depth, within),
            "ul" | "ol" => self.list(element, depth, within),
            "blockquote" => {
                let inner = Within { prefix: format!("{}> ", within.prefix), ..within.clone() };
                self.gap(within);
                self.text.push_str("> ");
                self.children(element, depth, &inner);
                self.gap(within);
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if !within.cell => {
                self.gap(within);
                self.marked(element, "**", depth, within);
                self.gap(within);
            }
            "table" if !within.cell => self.table(element, depth, within),
            "p" | "div" | "section" | "article" | "header" | "footer" | "dl" | "dt" | "dd"
            | "figure" | "tr" | "li"
                if !within.cell =>
            {
                self.block(within, |out, within| out.children(element, depth, within));
            }
            _ => self.children(element, depth, within),
        }
    }

    /// A new line, unless this one is empty.
    fn line(&mut self, within: &Within) {
        if within.cell {
            self.words(" ", within);
            return;
        }
        while self.text.ends_with(' ') && !self.text.ends_with("> ") {
            self.text.pop();
        }
        self.text.push('\n');
        self.text.push_str(&within.prefix);
    }

    /// Begins a paragraph.
    fn gap(&mut self, within: &Within) {
        let before = self.text.trim_end_matches([' ', '>', '\n']).len();
        if before == 0 {
            self.text.clear();
        } else {
            self.text.truncate(before);
            let prefix = within.prefix.clone();
            self.text.push_str(&format!("\n{}\n{prefix}", prefix.trim_end()));
        }
    }

    fn block(&mut self, within: &Within, inner: impl FnOnce(&mut Self, &Within)) {
        let fresh = self.text.is_empty()
            || self.text.ends_with('\n')
            || self.text.ends_with(&within.prefix) && !within.prefix.is_empty();
        if !fresh {
            self.gap(within);
        }
        inner(self, within);
        self.line(within);
    }

    fn marked(&mut self, element: &Element, mark: &str, depth: usize, within: &Within) {
        let mut inner = Self::default();
        inner.children(element, depth, &Within { prefix: String::new(), ..within.clone() });
        let whole = inner.text;
        let text = whole.trim();
        if text.is_empty() || text.contains('\n') || text.contains(mark) {
            // A mark does not reach over lines.
            self.words(&whole, within);
            return;
        }
        let spaced = element.text_content().unwrap_or_default();
        if spaced.starts_with(char::is_whitespace) {
            self.words(" ", within);
        }
        self.text.push_str(&format!("{mark}{text}{mark}"));
        if spaced.ends_with(char::is_whitespace) {
            self.words(" ", within);
        }
    }

    fn link(&mut self, element: &Element, depth: usize) {
        let mut inner = Self::default();
        inner.children(element, depth, &Within { cell: true, ..Within::default() });
        let text = inner.text.trim().replace(['[', ']'], "");
        let address = element.get_attribute("href").unwrap_or_default();
        let lower = address.trim().to_ascii_lowercase();
        let safe =
            ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
        let written = !address.contains(['(', ')', ' ', '\n', '<', '>']);
        if text.is_empty() {
            return;
        }
        if !safe || !written || text == address {
            self.text.push_str(&text);
        } else {
            self.text.push_str(&format!("[{text}]({})", address.trim()));
        }
    }

    fn code_block(&mut self, element: &Element, depth: usize, within: &Within) {
        self.gap(within);
        let content = element.text_content().unwrap_or_default();
        let fence = if content.contains("```") { "````" } else { "```" };
        let prefix = within.prefix.clone();
        self.text.push_str(&format!("{fence}\n{prefix}"));
        let inner = Within { pre: true, ..within.clone() };
        self.children(element, depth, &inner);
        if !self.text.ends_with('\n') {
            self.text.push_str(&format!("\n{prefix}"));
        }
        self.text.push_str(&format!("{fence}\n\n{prefix}"));
    }

    fn list(&mut self, element: &Element, depth: usize, within: &Within) {
        let numbered = element.tag_name().eq_ignore_ascii_case("ol");
        let nested = !within.prefix.trim_end_matches("> ").is_empty();
        if nested {
            if !self.text.ends_with('\n') {
                self.line(within);
            }
        } else {
            self.gap(within);
        }
        let mut number: u32 =
            element.get_attribute("start").and_then(|start| start.parse().ok()).unwrap_or(1);
        let mut child = element.first_element_child();
        while let Some(item) = child {
            let marker = if numbered { format!("{number}. ") } else { "- ".to_owned() };
            number = number.saturating_add(1);
            self.text.push_str(&marker);
            let indent = " ".repeat(marker.len());
            let inner = Within { prefix: format!("{}{indent}", within.prefix), ..within.clone() };
            self.children(&item, depth, &inner);
            // What the item's own paragraphs left behind.
            let end = self.text.trim_end_matches([' ', '\n']).len();
            self.text.truncate(end);
            self.text.push_str(&format!("\n{}", within.prefix));
            child = item.next_element_sibling();
        }
        if !nested {
            self.gap(within);
        }
    }

    fn table(&mut self, element: &Element, depth: usize, within: &Within) {
        let Ok(rows) = element.query_selector_all("tr") else { return };
        self.gap(within);
        for place in 0..rows.length() {
            let Some(row) = rows.get(place).and_then(|row| row.dyn_into::<Element>().ok()) else {
                continue;
            };
            let mut cells = Vec::new();
            let mut cell = row.first_element_child();
            while let Some(one) = cell {
                let mut inner = Self::default();
                inner.children(&one, depth, &Within { cell: true, ..Within::default() });
                cells.push(inner.text.trim().replace('|', "\\|"));
                cell = one.next_element_sibling();
            }
            if cells.is_empty() {
                continue;
            }
            self.text.push_str(&format!("| {} |\n{}", cells.join(" | "), within.prefix));
            if place == 0 {
                let rule = vec!["---"; cells.len()].join(" | ");
                self.text.push_str(&format!("| {rule} |\n{}", within.prefix));
            }
        }
        self.text.push('\n');
    }
}

/// Whether a style of the element itself says that its tag means nothing, as some editors write it.
fn is_plain(element: &Element, property: &str, plain: &[&str]) -> bool {
    let style = element.get_attribute("style").unwrap_or_default().to_ascii_lowercase();
    style.split(';').any(|rule| {
        rule.split_once(':')
            .is_some_and(|(name, value)| name.trim() == property && plain.contains(&value.trim()))
    })
}
