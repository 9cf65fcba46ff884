use super::*;
use std::fmt::Write;
use vocabulary::Mention;

/// The tree, short enough to be read in a test.
fn shape(text: &str) -> String {
    let mut out = String::new();
    blocks(&read(text), &mut out);
    out
}

fn blocks(all: &[Block], out: &mut String) {
    for block in all {
        match block {
            Block::Paragraph(inside) => wrap("p", inside, out),
            Block::Line(inside) => inlines(inside, out),
            Block::Heading(level, inside) => wrap(&format!("h{level}"), inside, out),
            Block::Quote(inside) => {
                out.push_str("(quote ");
                blocks(inside, out);
                out.push(')');
            }
            Block::List { start, items } => {
                write!(out, "(list{} ", start.map_or_else(String::new, |n| format!("{n}")))
                    .unwrap();
                for item in items {
                    out.push_str(match item.done {
                        None => "-",
                        Some(true) => "[x]",
                        Some(false) => "[ ]",
                    });
                    blocks(&item.blocks, out);
                    out.push(';');
                }
                out.push(')');
            }
            Block::Code { language, text } => {
                write!(out, "(code {language:?} {text:?})").unwrap();
            }
            Block::Table { sides, head, rows } => {
                write!(out, "(table {sides:?}").unwrap();
                for row in std::iter::once(head).chain(rows) {
                    out.push('/');
                    for cell in row {
                        inlines(cell, out);
                        out.push('|');
                    }
                }
                out.push(')');
            }
            Block::Rule => out.push_str("(rule)"),
        }
    }
}

fn wrap(name: &str, inside: &[Inline], out: &mut String) {
    write!(out, "({name} ").unwrap();
    inlines(inside, out);
    out.push(')');
}

fn inlines(all: &[Inline], out: &mut String) {
    for inline in all {
        match inline {
            Inline::Text(text) => out.push_str(text),
            Inline::Strong(inside) => wrap("b", inside, out),
            Inline::Emphasis(inside) => wrap("i", inside, out),
            Inline::Strike(inside) => wrap("s", inside, out),
            Inline::Code(text) => write!(out, "`{text}`").unwrap(),
            Inline::Link { to, inside, host } => {
                write!(out, "(a {} ", to.as_str()).unwrap();
                inlines(inside, out);
                if let Some(host) = host {
                    write!(out, " !{host}").unwrap();
                }
                out.push(')');
            }
            Inline::Shortcode(name) => write!(out, "(:{name}:)").unwrap(),
            Inline::Mention(name, who) => {
                let who = if *who == Mention::Team { "team" } else { "user" };
                write!(out, "(@ {who} {name})").unwrap();
            }
            Inline::Tag(tag) => write!(out, "(# {} {})", tag.doctype.as_str(), tag.name).unwrap(),
        }
    }
}

#[test]
fn lines_and_paragraphs_stay_as_typed() {
    assert_eq!(shape("one\ntwo\n\nthree"), "(p one\ntwo)(p three)");
}

#[test]
fn words_are_marked_as_people_mark_them() {
    assert_eq!(
        shape("**bold** *italic* ~~gone~~ `code` snake_case_name"),
        "(p (b bold) (i italic) (s gone) `code` snake_case_name)"
    );
}

#[test]
fn lists_nest_and_have_boxes() {
    assert_eq!(
        shape("1. one\n   - a\n   - b\n2. two\n\n- [x] done\n- [ ] open"),
        "(list1 -one(list -a;-b;);-two;)(list [x]done;[ ]open;)"
    );
    assert_eq!(shape("7) seven"), "(list7 -seven;)");
}

#[test]
fn code_keeps_every_letter() {
    assert_eq!(
        shape("```Rust\nlet a = \"<b>\"; // *x* @[team](team)\n```"),
        "(code Some(\"rust\") \"let a = \\\"<b>\\\"; // *x* @[team](team)\")"
    );
    assert_eq!(shape("`<b>` and `@[team](team)`"), "(p `<b>` and `@[team](team)`)");
    assert_eq!(shape("```\nnever closed"), "(code None \"never closed\")");
}

#[test]
fn tables_have_columns_that_stand_somewhere() {
    assert_eq!(shape("| a | b |\n|:-:|--:|\n| 1 | **2** |"), "(table [Center, End]/a|b|/1|(b 2)|)");
}

#[test]
fn quotes_headings_and_rules_are_read() {
    assert_eq!(shape("> said\n> before\n\nnow"), "(quote (p said\nbefore))(p now)");
    assert_eq!(shape("## Plan\n\n***"), "(h2 Plan)(rule)");
}

#[test]
fn a_line_of_dashes_makes_no_heading_of_the_words_above_it() {
    assert_eq!(shape("total\n---\n5"), "(p total)(rule)(p 5)");
    assert_eq!(shape("total\n==="), "(p total\n===)");
}

#[test]
fn html_is_shown_as_it_was_typed() {
    assert_eq!(
        shape("<b>x</b> **y** <!-- z -->\n\n<script>\nalert(1)\n</script>"),
        "(p <b>x</b> (b y) <!-- z -->)(p <script>\nalert(1)\n</script>)"
    );
    assert_eq!(shape("&lt;script&gt; &amp;"), "(p <script> &)");
}

#[test]
fn links_go_only_where_links_may_go() {
    assert_eq!(
        shape(
            "[minutes](https://a.example/x) <https://b.example> [me](mailto:a@b.example) [here](/w/1)"
        ),
        "(p (a https://a.example/x minutes) (a https://b.example https://b.example) (a mailto:a@b.example me) (a /w/1 here))"
    );
    for text in [
        "[x](javascript:alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x](<java script:alert(1)>)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](//evil.example)",
        "[x]( \u{1}javascript:alert(1))",
    ] {
        assert_eq!(shape(text), format!("(p {text})"));
    }
}

#[test]
fn bare_addresses_are_links_whatever_they_hold() {
    assert_eq!(
        shape(
            "see https://a.example/_x_/*y*?a=1&copy=2, (https://b.example) **https://c.example**"
        ),
        "(p see (a https://a.example/_x_/*y*?a=1&copy=2 https://a.example/_x_/*y*?a=1&copy=2), \
         ((a https://b.example https://b.example)) (b (a https://c.example https://c.example)))"
    );
    assert_eq!(
        shape("[https://a.example](https://evil.example)"),
        "(p (a https://evil.example https://a.example !evil.example))"
    );
}

#[test]
fn a_picture_is_a_link_to_it() {
    assert_eq!(
        shape("![plan](https://a.example/p.png) ![](https://a.example/q.png)"),
        "(p (a https://a.example/p.png plan) (a https://a.example/q.png https://a.example/q.png))"
    );
    assert_eq!(shape("![x](javascript:alert(1))"), "(p x)");
}

#[test]
fn what_looks_like_a_definition_is_not_swallowed() {
    assert_eq!(shape("[note]: bring the keys"), "(p [note]: bring the keys)");
    assert_eq!(shape("[a]\n\n[a]: javascript:alert(1)"), "(p [a])(p [a]: javascript:alert(1))");
}

#[test]
fn people_and_documents_stand_in_the_text() {
    assert_eq!(
        shape("**@[Maya](user:maya@example.com)**: see #[TASK-2026-00001](Task), @[team](team)"),
        "(p (b (@ user Maya)): see (# Task TASK-2026-00001), (@ team team))"
    );
    assert_eq!(
        shape("[see #[T1](Task)](https://a.example)"),
        "(p (a https://a.example see #T1))",
        "a link holds nothing else that can be pressed"
    );
}

#[test]
fn shortcodes_stand_alone() {
    assert_eq!(shape(":tada: a:tada: 10:30:45 :+1:"), "(p (:tada:) a:tada: 10:30:45 (:+1:))");
}

#[test]
fn nothing_gets_deeper_or_larger_than_the_limits() {
    fn depth(blocks: &[Block]) -> usize {
        blocks
            .iter()
            .map(|block| match block {
                Block::Quote(inside) => 1 + depth(inside),
                Block::List { items, .. } => {
                    1 + items.iter().map(|item| depth(&item.blocks)).max().unwrap_or(0)
                }
                Block::Paragraph(inside) | Block::Line(inside) => inline_depth(inside),
                _ => 1,
            })
            .max()
            .unwrap_or(0)
    }
    fn inline_depth(inlines: &[Inline]) -> usize {
        inlines
            .iter()
            .map(|inline| match inline {
                Inline::Strong(inside) | Inline::Emphasis(inside) | Inline::Strike(inside) => {
                    1 + inline_depth(inside)
                }
                _ => 1,
            })
            .max()
            .unwrap_or(0)
    }
    for bomb in [
        ">".repeat(8_000),
        format!("{}deep", "> ".repeat(2_000)),
        format!("{}deep", "- ".repeat(2_000)),
        (0..80).map(|n| format!("{}- a\n", "  ".repeat(n))).collect(),
        format!("{}x{}", "**a ".repeat(1_500), "**".repeat(1_500)),
        "*_".repeat(2_000) + "x" + &"_*".repeat(2_000),
        "[".repeat(8_000),
        "[a](".repeat(2_000),
        "`".repeat(8_000),
    ] {
        let blocks = read(&bomb);
        assert!(depth(&blocks) <= DEPTH_LIMIT + 2, "{}", &bomb[..20]);
        assert!(!blocks.is_empty(), "something is shown");
    }
    let deep = format!("{}deep", "> ".repeat(500));
    assert!(shape(&deep).contains("deep"), "what is too deep is still shown");
    for n in DEPTH_LIMIT - 3..DEPTH_LIMIT + 3 {
        for deep in ["> ", "- ", "> - "].map(|sign| format!("{}deep", sign.repeat(n))) {
            assert!(shape(&deep).contains("deep"), "{deep}");
        }
        let table = format!("{0}|deep|b|\n{0}|-|-|\n", "> ".repeat(n));
        assert!(shape(&table).contains("deep"), "{table}");
    }
}

#[test]
fn the_work_grows_as_the_text_does() {
    let fill = |part: &str, chars: usize| part.repeat(chars / part.len());
    for part in [
        "**a ",
        "*a ",
        "_a_*",
        "*_",
        "~~a **b ",
        "[a ",
        "![a",
        "[a](",
        "![a](/w/1 ",
        "`a``",
        "> ",
        "- ",
        "> - ",
        "1. ",
        "|a",
        "<a ",
        "@[a",
        "#[a](",
        "a: ",
        "http://a) ",
        "http://a<",
    ] {
        for chars in [8_000, 64_000] {
            let open = fill(part, chars);
            let closed =
                fill(part, chars / 2) + &fill(&part.chars().rev().collect::<String>(), chars / 2);
            for text in [open, closed] {
                let (blocks, steps) = read_in_steps(&text);
                assert!(!blocks.is_empty(), "something is shown of {part:?}");
                assert!(steps <= 2 * chars, "{steps} steps for {chars} characters of {part:?}");
            }
        }
    }
    // Deeper than anything is drawn, each level with words of its own.
    for (begin, end) in [("**a ", " b**"), ("![a ", " b](/w/1)"), ("[![a ", " b](/w/1)](/w/1)")] {
        let levels = 8_000 / (begin.len() + end.len());
        let text = begin.repeat(levels) + &end.repeat(levels);
        let (_, steps) = read_in_steps(&text);
        assert!(steps <= 2 * text.len(), "{steps} steps for {begin:?}");
    }
}

#[test]
fn what_is_too_much_to_read_is_shown_as_typed() {
    let word = "x".repeat(1_000_000);
    assert_eq!(read(&word), [Block::Paragraph(vec![Inline::Text(word.clone())])]);
    let wide = format!("{}|\n{}|\n{}", "|a".repeat(1_000), "|-".repeat(1_000), "|\n".repeat(2_000));
    assert_eq!(read(&wide), [Block::Paragraph(vec![Inline::Text(wide.clone())])]);
}
