//! The tree as elements. Only what stands here can come out: see the test of the hostile texts.

use super::{
    address::Address,
    chips::{DocumentChip, MentionChip, TagChip},
    code::{CodeBlock, shown_code},
    document::{Document, Site},
    tree::{Block, Inline, Item, Side},
};
use crate::room::emoji::Shortcode;
use leptos::prelude::*;

/// `blocks`, one after the other.
pub fn blocks(blocks: &[Block]) -> Vec<AnyView> {
    blocks.iter().map(|part| block(part, false)).collect()
}

fn block(block: &Block, in_item: bool) -> AnyView {
    match block {
        Block::Line(inside) if in_item => inlines(inside).into_any(),
        Block::Paragraph(inside) | Block::Line(inside) => {
            view! { <p dir="auto">{inlines(inside)}</p> }.into_any()
        }
        // One level for all: a message is no chapter of the page. The size tells the rest.
        Block::Heading(level, inside) => {
            let class = if *level == 1 { "text-heading text-heading-1" } else { "text-heading" };
            view! { <h2 class=class dir="auto">{inlines(inside)}</h2> }.into_any()
        }
        Block::Quote(inside) => {
            view! { <blockquote dir="auto">{blocks(inside)}</blockquote> }.into_any()
        }
        Block::List { start: None, items } => {
            view! { <ul dir="auto">{items_of(items)}</ul> }.into_any()
        }
        Block::List { start: Some(start), items } => {
            let start = start.to_string();
            view! { <ol dir="auto" start=start>{items_of(items)}</ol> }.into_any()
        }
        Block::Code { language, text } => {
            view! { <CodeBlock language=language.clone() text=text.clone()/> }.into_any()
        }
        Block::Table { sides, head, rows } => table(sides, head, rows),
        Block::Rule => view! { <hr/> }.into_any(),
    }
}

fn items_of(items: &[Item]) -> Vec<AnyView> {
    items
        .iter()
        .map(|item| {
            let inside: Vec<_> = item.blocks.iter().map(|part| block(part, true)).collect();
            match item.done {
                None => view! { <li dir="auto">{inside}</li> }.into_any(),
                Some(done) => view! {
                    <li class="text-task" dir="auto">
                        <input type="checkbox" disabled=true checked=done aria-label=if done { "Done" } else { "To do" }/>
                        <div>{inside}</div>
                    </li>
                }
                .into_any(),
            }
        })
        .collect()
}

fn table(sides: &[Side], head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) -> AnyView {
    let class = |column: usize| match sides.get(column).copied().unwrap_or_default() {
        Side::Start => "text-start",
        Side::Center => "text-center",
        Side::End => "text-end",
    };
    let head: Vec<_> = head
        .iter()
        .enumerate()
        .map(|(n, cell)| {
            view! { <th scope="col" class=class(n) dir="auto">{inlines(cell)}</th> }
        })
        .collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let cells: Vec<_> = row
                .iter()
                .enumerate()
                .map(|(n, cell)| {
                    view! { <td class=class(n) dir="auto">{inlines(cell)}</td> }
                })
                .collect();
            view! { <tr>{cells}</tr> }
        })
        .collect();
    view! {
        // Wider than the message: it moves sideways, also by the keyboard.
        <div class="text-table" tabindex="0" role="group" aria-label="Table">
            <table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}

fn inlines(inlines: &[Inline]) -> Vec<AnyView> {
    inlines.iter().map(inline).collect()
}

fn inline(inline: &Inline) -> AnyView {
    match inline {
        Inline::Text(text) => text.clone().into_any(),
        Inline::Strong(inside) => view! { <strong>{inlines(inside)}</strong> }.into_any(),
        Inline::Emphasis(inside) => view! { <em>{inlines(inside)}</em> }.into_any(),
        Inline::Strike(inside) => view! { <s>{inlines(inside)}</s> }.into_any(),
        Inline::Code(text) => view! { <code dir="ltr">{shown_code(text)}</code> }.into_any(),
        Inline::Link { to, inside, host } => {
            // An address as it was pasted; under words of somebody's own it stays a link.
            let bare = matches!(inside.as_slice(), [Inline::Text(text)] if text == to.as_str());
            if let Some(document) = bare.then(|| document_at(to)).flatten() {
                return view! { <DocumentChip document/> }.into_any();
            }
            view! { <Link to=to.clone() host=host.clone() inside=inlines(inside)/> }.into_any()
        }
        Inline::Shortcode(name) => view! { <Shortcode name=name.clone()/> }.into_any(),
        Inline::Mention(name, who) => {
            view! { <MentionChip name=name.clone() who=who.clone()/> }.into_any()
        }
        Inline::Tag(tag) => view! { <TagChip tag=tag.clone()/> }.into_any(),
    }
}

/// The document of the connected ERPNext that an address opens, where the page can show more of it.
fn document_at(to: &Address) -> Option<Document> {
    let Site(site) = use_context::<Site>()?;
    Document::at(&site, to.as_str())
}

/// A link; what is shown cannot turn the words around it, nor they it.
#[component]
fn Link(
    /// Where it goes.
    to: Address,
    /// The host, if it must be said.
    host: Option<String>,
    /// What is shown.
    inside: Vec<AnyView>,
) -> impl IntoView {
    let href = to.as_str().to_owned();
    let host = host.map(|host| view! { <span class="text-host">" ("<bdi>{host}</bdi>")"</span> });
    if to.is_own() {
        view! { <a href=href><bdi>{inside}</bdi></a>{host} }.into_any()
    } else {
        view! {
            <a
                href=href target="_blank" rel="noopener noreferrer nofollow"
                on:click=move |event| stay_here(&event)
            ><bdi>{inside}</bdi></a>
            {host}
        }
        .into_any()
    }
}

/// An address of our own rooms, copied from somewhere, opens in this tab: the router takes links without a target.
fn stay_here(event: &leptos::ev::MouseEvent) {
    use wasm_bindgen::JsCast;
    let plain = !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    let Some(link) = event
        .current_target()
        .filter(|_| plain)
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
    else {
        return;
    };
    let ours = window().location().origin().map(|origin| format!("{origin}/w/"));
    if let (Some(href), Ok(ours)) = (link.get_attribute("href"), ours)
        && href.starts_with(&ours)
    {
        let _ = link.remove_attribute("target");
    }
}
