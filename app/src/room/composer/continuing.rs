//! What Enter and the keys for bold, italic and code do to a Markdown text. Places are bytes.

use std::ops::Range;

/// A change of a text: what goes, what comes, and what is selected afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What goes.
    pub range: Range<usize>,
    /// What comes in its place.
    pub with: String,
    /// What is selected afterwards.
    pub select: Range<usize>,
}

impl Change {
    fn insert(range: Range<usize>, with: String) -> Self {
        let end = range.start + with.len();
        Self { range, with, select: end..end }
    }
}

/// What Enter does inside a list, a quote or a code block: it goes on with it, and on an empty line of it, it leaves it.
/// `None` where a text ends there, so that Enter may send.
#[must_use]
pub fn on_enter(text: &str, caret: usize) -> Option<Change> {
    let (before, after) = text.split_at_checked(caret)?;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = &before[start..];
    if let Some(fence) = open_fence(&before[..start]) {
        let indent: String = line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
        let last = after.lines().next().unwrap_or_default().trim().is_empty();
        let closed = after.lines().any(|line| line.trim_start().starts_with(&fence));
        if line.trim_start().starts_with(&fence) {
            // The line that closes it: Enter is outside again.
            return None;
        }
        if line.trim().is_empty() && last && !closed && !before[..start].trim_end().is_empty() {
            let with = format!("{fence}\n");
            return Some(Change::insert(start..caret, with));
        }
        return Some(Change::insert(caret..caret, format!("\n{indent}")));
    }
    if let Some(fence) = fence_of(line)
        && after.is_empty()
    {
        // A block begins here: what follows is code until it is left.
        let _ = fence;
        return Some(Change::insert(caret..caret, "\n".to_owned()));
    }
    let (marker, content) = item(line)?;
    if content.trim().is_empty() && after.lines().next().unwrap_or_default().trim().is_empty() {
        return Some(Change::insert(start..caret, String::new()));
    }
    Some(Change::insert(caret..caret, format!("\n{}", next(marker))))
}

/// The fence of a code block that is open after `text`.
fn open_fence(text: &str) -> Option<String> {
    let mut open: Option<String> = None;
    for line in text.lines() {
        match (&open, fence_of(line)) {
            (None, Some(fence)) => open = Some(fence),
            (Some(fence), Some(other))
                if other.starts_with(fence.as_str())
                    && line.trim_start().trim_start_matches(['`', '~']).trim().is_empty() =>
            {
                open = None;
            }
            _ => {}
        }
    }
    open
}

fn fence_of(line: &str) -> Option<String> {
    let line = line.trim_start();
    let sign = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let fence: String = line.chars().take_while(|c| *c == sign).collect();
    let info = &line[fence.len()..];
    (fence.len() >= 3 && !info.contains('`')).then_some(fence)
}

/// The marker of a list item or a quote that a line begins with, and what follows.
fn item(line: &str) -> Option<(&str, &str)> {
    let indent = line.len() - line.trim_start().len();
    let rest = &line[indent..];
    let quote = rest.strip_prefix("> ").or_else(|| (rest == ">").then_some(""));
    if let Some(content) = quote {
        return Some((&line[..line.len() - content.len()], content));
    }
    let after_sign = match rest.chars().next()? {
        '-' | '*' | '+' => rest[1..].strip_prefix(' ')?,
        c if c.is_ascii_digit() => {
            let digits = rest.chars().take_while(char::is_ascii_digit).count();
            (digits <= 9).then_some(())?;
            rest[digits..].strip_prefix(['.', ')'])?.strip_prefix(' ')?
        }
        _ => return None,
    };
    let content = ["[ ] ", "[x] ", "[X] "]
        .into_iter()
        .find_map(|check| after_sign.strip_prefix(check))
        .unwrap_or(after_sign);
    Some((&line[..line.len() - content.len()], content))
}

/// The marker of the next item.
fn next(marker: &str) -> String {
    let unchecked = marker.replace("[x]", "[ ]").replace("[X]", "[ ]");
    let digits: String = unchecked.trim_start().chars().take_while(char::is_ascii_digit).collect();
    let mut next = match digits.parse::<u64>() {
        Ok(number) => unchecked.replacen(&digits, &(number + 1).to_string(), 1),
        Err(_) => unchecked,
    };
    if next.ends_with('>') {
        next.push(' ');
    }
    next
}

/// Puts `mark` around what is selected, or takes it away where it stands already.
#[must_use]
pub fn around(text: &str, selected: Range<usize>, mark: &str) -> Option<Change> {
    let inner = text.get(selected.clone())?;
    let (before, after) = (&text[..selected.start], &text[selected.end..]);
    let longer = |text: &str, at_end: bool| {
        let sign = mark.chars().next().unwrap_or_default();
        let count = if at_end {
            text.chars().rev().take_while(|c| *c == sign).count()
        } else {
            text.chars().take_while(|c| *c == sign).count()
        };
        count != mark.len() && count != 3
    };
    if before.ends_with(mark)
        && after.starts_with(mark)
        && !longer(before, true)
        && !longer(after, false)
    {
        let start = selected.start - mark.len();
        return Some(Change {
            range: start..selected.end + mark.len(),
            with: inner.to_owned(),
            select: start..start + inner.len(),
        });
    }
    // Marks do not hold beside white space.
    let trimmed = inner.trim();
    let lead = inner.len() - inner.trim_start().len();
    let (head, tail) = (&inner[..lead], &inner[lead + trimmed.len()..]);
    let start = selected.start + lead + mark.len();
    Some(Change {
        range: selected,
        with: format!("{head}{mark}{trimmed}{mark}{tail}"),
        select: start..start + trimmed.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text after Enter, with `|` for the caret; `None` where Enter may send.
    fn enter(text: &str) -> Option<String> {
        let caret = text.find('|').unwrap();
        let plain = text.replacen('|', "", 1);
        let change = on_enter(&plain, caret)?;
        let mut after = plain.clone();
        after.replace_range(change.range, &change.with);
        after.insert(change.select.start, '|');
        Some(after)
    }

    #[test]
    fn a_list_goes_on_and_ends_at_an_empty_item() {
        assert_eq!(enter("- one|").unwrap(), "- one\n- |");
        assert_eq!(enter("- one\n- |").unwrap(), "- one\n|");
        assert_eq!(enter("- one\n|"), None);
        assert_eq!(enter("  * a|").unwrap(), "  * a\n  * |");
        assert_eq!(enter("9. a|").unwrap(), "9. a\n10. |");
        assert_eq!(enter("1) a|b").unwrap(), "1) a\n2) |b");
        assert_eq!(enter("- [x] done|").unwrap(), "- [x] done\n- [ ] |");
        assert_eq!(enter("> said|").unwrap(), "> said\n> |");
        assert_eq!(enter("> said\n> |").unwrap(), "> said\n|");
    }

    #[test]
    fn plain_words_may_be_sent() {
        for text in
            ["hello|", "a - b|", "-5 degrees|", "2026 was good|", "**bold**|", "|", "`code`|"]
        {
            assert_eq!(enter(text), None, "{text}");
        }
    }

    #[test]
    fn a_code_block_goes_on_and_ends_at_an_empty_line() {
        assert_eq!(enter("```rust|").unwrap(), "```rust\n|");
        assert_eq!(enter("```\n  let a|").unwrap(), "```\n  let a\n  |");
        assert_eq!(enter("```\na\n|").unwrap(), "```\na\n```\n|");
        assert_eq!(enter("```\na\n```|"), None);
        assert_eq!(enter("```\na\n```\nand|"), None);
        assert_eq!(enter("```\n- a|\n```").unwrap(), "```\n- a\n|\n```");
    }

    fn marked(text: &str, mark: &str) -> String {
        let start = text.find('[').unwrap();
        let end = text.find(']').unwrap() - 1;
        let plain = text.replace(['[', ']'], "");
        let change = around(&plain, start..end, mark).unwrap();
        let mut after = plain;
        after.replace_range(change.range, &change.with);
        after.insert(change.select.end, ']');
        after.insert(change.select.start, '[');
        after
    }

    #[test]
    fn marks_go_around_what_is_selected_and_away_again() {
        assert_eq!(marked("a [word] b", "**"), "a **[word]** b");
        assert_eq!(marked("a **[word]** b", "**"), "a [word] b");
        assert_eq!(marked("a [ word ]b", "_"), "a  _[word]_ b");
        assert_eq!(marked("a [] b", "`"), "a `[]` b");
        assert_eq!(marked("**[word]**", "*"), "***[word]***");
    }
}
