//! The box itself: a combobox over a list, in a `<dialog>`, so that the browser keeps the focus inside and gives it back.

use super::{
    Jump,
    api::jump as ask,
    commands::{Command, Doer},
    pages::PAGES,
    row::{Choice, Picture, Row, of_found, of_workspace},
    rows::{answering, appended, at_first, counted},
    spot::Spot,
};
use crate::{
    panel::is_framed,
    room::{folded, gist_of},
    ui::{Theme, closes, composes, icon::CloseIcon},
    workspaces::{Team, Unread, thread_path, threads},
};
use contract::AppError;
use leptos::{ev, html, prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use std::{collections::HashMap, time::Duration};
use vocabulary::{FollowedThread, JumpFound, JumpTarget, JumpWish, MessageId, WorkspaceId};

/// Whoever types on asks for something else at once.
const ASK_AFTER: Duration = Duration::from_millis(80);

/// Characters of the message that began a thread.
const GIST_CHARS: usize = 80;

const LIST: &str = "jump-list";

/// The box, while it is open.
#[component]
pub fn JumpBox(
    /// Shows the list of keys.
    list_keys: Callback<()>,
    /// Takes everything as read, perhaps after asking.
    all_read: Callback<()>,
) -> impl IntoView {
    let jump = expect_context::<Jump>();
    view! { <Show when=move || jump.open.get()><Open list_keys all_read/></Show> }
}

/// What the box looks through.
#[derive(Clone, Copy)]
struct Sources {
    jump: Jump,
    team: StoredValue<Team>,
    own: Unread,
    theme: Theme,
    /// Where the page is.
    path: Memo<String>,
    /// The threads this person follows, once the server has told them.
    threads: RwSignal<Vec<FollowedThread>>,
    /// By folded words.
    answers: RwSignal<HashMap<String, Vec<JumpFound>>>,
    /// Why the last question was not answered.
    trouble: RwSignal<Option<AppError>>,
    /// The last words that were asked about.
    wanted: StoredValue<String>,
}

impl Sources {
    fn new(jump: Jump) -> Self {
        let path = use_location().pathname;
        let sources = Self {
            jump,
            team: StoredValue::new(expect_context::<Team>()),
            own: expect_context(),
            theme: expect_context(),
            path,
            threads: RwSignal::new(Vec::new()),
            answers: RwSignal::new(HashMap::new()),
            trouble: RwSignal::new(None),
            wanted: StoredValue::new(String::new()),
        };
        sources.ask_threads();
        sources.ask_known();
        sources
    }

    fn ask_threads(self) {
        spawn_local(async move {
            match threads().await {
                Ok(followed) => drop(self.threads.try_set(followed)),
                Err(problem) => drop(self.trouble.try_set(Some(problem))),
            }
        });
    }

    /// Asks what is kept by its ids alone.
    fn ask_known(self) {
        let targets: Vec<JumpTarget> = self.jump.kept.with_untracked(|kept| {
            let targets = kept.iter().filter_map(|spot| match spot {
                Spot::Target(target, _) => Some(target.clone()),
                _ => None,
            });
            targets.collect()
        });
        if targets.is_empty() {
            return;
        }
        let jump = self.jump;
        spawn_local(async move {
            match ask(JumpWish::Known(targets.clone())).await {
                Ok(found) => {
                    for gone in targets {
                        if !found.iter().any(|one| one.target == gone) {
                            jump.drop_kept(&gone);
                        }
                    }
                    jump.known.try_update(|known| {
                        known.clear();
                        known.extend(found.into_iter().map(|one| (one.target.clone(), one)));
                    });
                }
                Err(problem) => drop(self.trouble.try_set(Some(problem))),
            }
        });
    }

    /// Asks about words, a moment later.
    fn ask_words(self, words: String) {
        self.wanted.set_value(words.clone());
        set_timeout(
            move || {
                if self.wanted.try_with_value(|wanted| *wanted == words) != Some(true) {
                    return;
                }
                spawn_local(async move {
                    match ask(JumpWish::Words(words.clone())).await {
                        Ok(found) => {
                            self.trouble.try_set(None);
                            self.answers.try_update(|answers| answers.insert(words, found));
                        }
                        Err(problem) => drop(self.trouble.try_set(Some(problem))),
                    }
                });
            },
            ASK_AFTER,
        );
    }

    fn here(self) -> Option<Spot> {
        self.path.with(|path| Spot::of_path(path))
    }

    /// The workspace that is open, for who does not follow it.
    fn open_now(self) -> Option<WorkspaceId> {
        untrack(|| self.open_workspace())
    }

    fn open_workspace(self) -> Option<WorkspaceId> {
        match self.here() {
            Some(Spot::Workspace(id)) => Some(id),
            _ => None,
        }
    }

    /// What the page knows without asking, in its usual order.
    fn usual(self) -> Vec<Row> {
        let mut rows: Vec<Row> = self.team.with_value(|team| {
            let pages =
                PAGES.iter().filter(|page| team.administers || !page.is_for_administrators());
            let pages = pages.map(|page| Row {
                choice: Choice::Go(page.spot()),
                title: page.name.to_owned(),
                more: page.more.to_owned(),
                words: page.more.to_owned(),
                kind: "Page",
                href: Some(page.path.to_owned()),
                head: None,
            });
            team.workspaces.iter().map(of_workspace).chain(pages).collect()
        });
        rows.extend(Command::all(self.open_workspace(), self.own).into_iter().map(|command| {
            let (title, more) = command.words(self.theme);
            Row {
                choice: Choice::Do(command),
                title,
                more: more.to_owned(),
                words: more.to_owned(),
                kind: "Command",
                href: command.href(),
                head: None,
            }
        }));
        rows
    }

    fn project_name(self, id: WorkspaceId) -> Option<String> {
        self.team.with_value(|team| {
            team.workspaces.iter().find(|one| one.id == id).map(|one| one.project_name.clone())
        })
    }

    /// A thread this person follows; its first words as soon as they are known.
    fn thread_row(self, id: MessageId) -> Option<Row> {
        let told = self.threads.with(|threads| {
            let thread = threads.iter().find(|thread| thread.read.thread == id)?;
            let message = &thread.root.message;
            Some((
                thread.root.workspace,
                gist_of(message, GIST_CHARS),
                format!("{} · {}", message.author.full_name, thread.root.project_name),
            ))
        });
        let (workspace, title, more) = match told {
            Some(told) => told,
            None => {
                let workspace = self.own.workspace_of_thread(id)?;
                (workspace, "A thread you follow".to_owned(), self.project_name(workspace)?)
            }
        };
        Some(Row {
            choice: Choice::Go(Spot::Thread(id)),
            title,
            words: more.clone(),
            more,
            kind: "Thread",
            href: Some(thread_path(workspace, id)),
            head: None,
        })
    }

    /// Something found, in the workspace that is open if it is met there, else in the one that was spoken in last.
    fn found_row(self, found: &JumpFound) -> Option<Row> {
        let open = self.open_workspace().filter(|open| found.workspaces.contains(open));
        let first = || {
            self.team.with_value(|team| {
                let mut all = team.workspaces.iter().map(|one| one.id);
                all.find(|id| found.workspaces.contains(id))
            })
        };
        let workspace = open.or_else(first).or_else(|| found.workspaces.first().copied())?;
        let named = self.project_name(workspace).unwrap_or_default();
        Some(of_found(found, workspace, &named))
    }

    /// A place that is kept.
    fn kept_row(self, spot: &Spot) -> Option<Row> {
        match spot {
            Spot::Workspace(id) => self.team.with_value(|team| {
                team.workspaces.iter().find(|one| one.id == *id).map(of_workspace)
            }),
            Spot::Page(_) => self
                .usual()
                .into_iter()
                .find(|row| matches!(&row.choice, Choice::Go(known) if known.is_same(spot))),
            Spot::Thread(id) => self.thread_row(*id),
            Spot::Target(target, workspace) => {
                let known = self.jump.known.with(|known| known.get(target).cloned());
                // Until the server has said what it is called, its id stands for it.
                let known = known.unwrap_or_else(|| JumpFound {
                    target: target.clone(),
                    title: match target {
                        JumpTarget::Document(_, name) | JumpTarget::Person(name) => name.clone(),
                    },
                    status: None,
                    is_client: false,
                    workspaces: vec![*workspace],
                });
                self.project_name(*workspace)?;
                self.found_row(&known)
            }
        }
    }

    /// What answers a folded query now, and whether more may come. Whoever reads it follows it.
    fn rows(self, query: &str) -> (Vec<Row>, bool) {
        let kept = self.jump.kept.get();
        if query.is_empty() {
            let rows =
                at_first(&kept, self.here().as_ref(), |spot| self.kept_row(spot), &self.usual());
            return (rows, false);
        }
        let mut here = self.usual();
        here.extend(kept.iter().filter_map(|spot| match spot {
            Spot::Target(..) => self.kept_row(spot),
            _ => None,
        }));
        let mut rows = answering(here, query, &kept);
        let followed: Vec<Row> = self
            .threads
            .with(|threads| threads.iter().map(|thread| thread.read.thread).collect::<Vec<_>>())
            .into_iter()
            .filter_map(|id| self.thread_row(id))
            .collect();
        rows = appended(&rows, answering(followed, query, &kept));
        let answer = self.answers.with(|answers| answers.get(query).cloned());
        let pending = answer.is_none() && self.trouble.with(Option::is_none);
        let found = answer.into_iter().flatten();
        rows = appended(&rows, found.filter_map(|found| self.found_row(&found)).collect());
        (rows, pending)
    }
}

#[component]
fn Open(list_keys: Callback<()>, all_read: Callback<()>) -> impl IntoView {
    let jump = expect_context::<Jump>();
    let sources = Sources::new(jump);
    let doer = Doer { own: sources.own, theme: sources.theme, list_keys, all_read };
    let dialog = NodeRef::<html::Dialog>::new();
    let typed = RwSignal::new(String::new());
    let query = Memo::new(move |_| folded(typed.read().trim()));
    let rows = RwSignal::new(Vec::<Row>::new());
    let pending = RwSignal::new(false);
    let lit = RwSignal::new(0_usize);
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    Effect::new(move |_| {
        let query = query.get();
        if !query.is_empty() && !sources.answers.with_untracked(|known| known.contains_key(&query))
        {
            sources.ask_words(query);
        }
    });
    // Another query begins anew; what comes late for the same one stands below what is looked at.
    Effect::new(move |shown: Option<String>| {
        let query = query.get();
        let (new, more) = sources.rows(&query);
        if shown.as_ref() == Some(&query) {
            rows.update(|rows| *rows = appended(rows, new));
        } else {
            lit.set(0);
            rows.set(new);
        }
        pending.set(more);
        query
    });
    let navigate = use_navigate();
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            // Now, and not when the browser tells of it: what follows may take the focus elsewhere.
            dialog.close();
        }
    };
    let choose = StoredValue::new_local(move |row: Row, apart: bool| {
        close();
        if let Choice::Go(spot) = &row.choice {
            jump.note(spot.clone());
        }
        match (row.href, row.choice) {
            (Some(href), _) if apart => {
                let opened =
                    window().open_with_url_and_target_and_features(&href, "_blank", "noopener");
                // A browser that does not let us says so itself.
                drop(opened);
            }
            (Some(href), choice) => {
                let landing = match choice {
                    Choice::Go(Spot::Workspace(id)) => Some(id),
                    _ => None,
                };
                jump.landing.set_value(landing);
                navigate(&href, NavigateOptions::default());
                jump.arrivals.update(|arrivals| *arrivals += 1);
                if let Some(id) = landing.filter(|id| sources.open_now() == Some(*id)) {
                    jump.land(id);
                }
            }
            (None, Choice::Do(command)) => doer.run(command),
            (None, Choice::Go(_)) => {}
        }
    });
    let light = move |place: usize| {
        lit.set(place);
        request_animation_frame(move || show_row(place));
    };
    let key = move |event: ev::KeyboardEvent| {
        let with_mod = event.ctrl_key() || event.meta_key();
        if closes(&event) {
            // The browser closes the dialog itself; nothing behind it shall close as well.
            event.stop_propagation();
            return;
        }
        if composes(&event) {
            return;
        }
        let count = rows.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => light((lit.get_untracked() + 1) % count),
            "ArrowUp" if count > 0 => light((lit.get_untracked() + count - 1) % count),
            "Enter" => {
                if let Some(row) =
                    rows.with_untracked(|rows| rows.get(lit.get_untracked()).cloned())
                {
                    choose.with_value(|choose| choose(row, with_mod));
                }
            }
            "k" | "K" if with_mod && (event.shift_key() || !is_framed()) => close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let count = move || counted(rows.with(Vec::len), pending.get());
    let nothing = move || {
        (rows.with(Vec::is_empty) && !pending.get()).then(|| {
            view! {
                <p class="jump-nothing">
                    "Nothing here is called ‘" <bdi>{typed.get()}</bdi>
                    "’. Try a part of the name, or an id such as TASK-2026-00001."
                </p>
            }
        })
    };
    let trouble = move || {
        sources.trouble.get().map(|problem| {
            view! {
                <p class="jump-trouble" role="alert">
                    "Tasks, Issues, people and threads could not be looked up. " {problem.to_string()}
                    " Workspaces, pages and commands are listed."
                </p>
            }
        })
    };
    view! {
        <dialog
            node_ref=dialog class="jump" aria-label="Jump to"
            on:close=move |_| jump.open.set(false)
            on:keydown=key
            on:click=move |event| {
                // On what lies behind it.
                if event.target() == event.current_target() {
                    close();
                }
            }
        >
            <div class="jump-inside">
                <div class="jump-top">
                    <input
                        class="jump-input" type="text" role="combobox" aria-label="Jump to" aria-autocomplete="list"
                        aria-expanded=move || (!rows.with(Vec::is_empty)).to_string() aria-controls=LIST
                        aria-activedescendant=move || (!rows.with(Vec::is_empty)).then(|| row_id(lit.get()))
                        placeholder="Workspace, Task, Issue, person, page or command"
                        autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="go" autofocus
                        prop:value=move || typed.get()
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                    <button type="button" class="icon-button" aria-label="Close" title="Close (Esc)" on:click=move |_| close()>
                        <CloseIcon/>
                    </button>
                </div>
                <p class="unseen-words" role="status">{count}</p>
                <div
                    class="jump-list" role="listbox" id=LIST aria-label="Places and commands"
                    aria-busy=move || pending.get().to_string()
                    // The box keeps the focus.
                    on:mousedown=|event| event.prevent_default()
                >
                    {move || {
                        rows.get()
                            .into_iter()
                            .enumerate()
                            .map(|(place, row)| {
                                let chosen = row.clone();
                                let chose = Callback::new(move |apart| {
                                    choose.with_value(|choose| choose(chosen.clone(), apart));
                                });
                                view! { <ListRow row place lit chose/> }
                            })
                            .collect_view()
                    }}
                </div>
                {nothing}
                {trouble}
                <p class="jump-foot" aria-hidden="true">
                    <span><kbd>"↑ ↓"</kbd>" choose"</span>
                    <span><kbd>"Enter"</kbd>" go"</span>
                    <span><kbd>"Ctrl Enter"</kbd>" in a new tab"</span>
                    <span><kbd>"Esc"</kbd>" close"</span>
                </p>
            </div>
        </dialog>
    }
    .into_any()
}

#[component]
fn ListRow(
    row: Row,
    place: usize,
    lit: RwSignal<usize>,
    /// It was pressed, for a tab of its own or not.
    chose: Callback<bool>,
) -> impl IntoView {
    let is_lit = move || lit.get() == place;
    let head = row.head.map(|head| view! { <p class="jump-head" aria-hidden="true">{head}</p> });
    let inner = view! {
        <Picture row=row.clone()/>
        <span class="picker-words">
            <span class="picker-title"><bdi>{row.title}</bdi></span>
            <bdi class="picker-more">{row.more}</bdi>
        </span>
        <span class="picker-aside">{row.kind}</span>
    };
    let light = move |_| {
        if lit.get_untracked() != place {
            lit.set(place);
        }
    };
    let press = move |event: ev::MouseEvent| {
        event.prevent_default();
        chose.run(event.ctrl_key() || event.meta_key());
    };
    // A link, so that the browser's own ways to open one in another tab work.
    let option = match row.href {
        Some(href) => view! {
            <a
                class="picker-row jump-row" class:picker-lit=is_lit role="option" id=row_id(place) href=href tabindex="-1"
                aria-selected=move || is_lit().to_string() on:mousemove=light on:click=press
            >
                {inner}
            </a>
        }
        .into_any(),
        None => view! {
            <div
                class="picker-row jump-row" class:picker-lit=is_lit role="option" id=row_id(place)
                aria-selected=move || is_lit().to_string() on:mousemove=light on:click=press
            >
                {inner}
            </div>
        }
        .into_any(),
    };
    view! { {head} {option} }.into_any()
}

fn row_id(place: usize) -> String {
    format!("jump-{place}")
}

fn show_row(place: usize) {
    if let Some(row) = document().get_element_by_id(&row_id(place)) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        row.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
