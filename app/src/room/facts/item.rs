//! An open Task or Issue.

use super::{
    api::{assign_work, change_work, resolve_edit, work_item},
    assign::Assignees,
    board::Board,
    drafts::{self, AllTyped, Stage, Typed},
    field::Field,
};
use crate::{
    live::Live,
    notices::FollowWork,
    ui::{closes, icon::BackIcon},
};
use contract::AppError;
use leptos::{html, prelude::*, task::spawn_local};
use std::collections::BTreeSet;
use vocabulary::{
    Assign, Assigned, Colleague, Edit, EditId, EditState, FieldChanged, PersonId, Resolve, SaveId,
    WorkChange, WorkDoctype, WorkField, WorkItem, checked,
};

/// What is known of an open Task or Issue, and what was typed into it.
#[derive(Clone, Copy)]
pub(super) struct Sheet {
    board: Board,
    doctype: WorkDoctype,
    name: StoredValue<String>,
    item: RwSignal<Option<Result<WorkItem, AppError>>>,
    typed: RwSignal<AllTyped>,
    /// Fields of which a save is under way: the next one builds on it.
    under_way: StoredValue<BTreeSet<WorkField>>,
    /// Why something without a field of its own did not work.
    trouble: RwSignal<Option<String>>,
}

impl Sheet {
    fn open(board: Board, doctype: WorkDoctype, name: String) -> Self {
        let typed = drafts::typed(board.me, board.workspace, doctype, &name);
        let sheet = Self {
            board,
            doctype,
            name: StoredValue::new(name),
            item: RwSignal::new(None),
            typed: RwSignal::new(typed),
            under_way: StoredValue::new(BTreeSet::new()),
            trouble: RwSignal::new(None),
        };
        let live = expect_context::<Live>();
        // Whatever changes the facts may have changed this.
        Effect::new(move |_| {
            board.facts(|facts| facts.changes);
            sheet.read_again();
        });
        // What was on its way when the line was cut, or the page closed, is sent again: saved twice is saved once.
        Effect::new(move |_| {
            if !live.away.get() {
                sheet.send_again();
            }
        });
        sheet
    }

    pub(super) const fn doctype(self) -> WorkDoctype {
        self.doctype
    }

    pub(super) const fn me(self) -> PersonId {
        self.board.me
    }

    fn name(self) -> String {
        self.name.get_value()
    }

    fn known<T>(self, part: impl FnOnce(&WorkItem) -> T) -> Option<T> {
        self.item.with(|item| item.as_ref()?.as_ref().ok().map(part))
    }

    pub(super) fn may_change(self) -> bool {
        self.known(|item| item.may_change).unwrap_or(false)
    }

    pub(super) fn has_formatting(self) -> bool {
        self.known(|item| item.has_formatting).unwrap_or(false)
    }

    pub(super) fn edits(self, field: WorkField) -> Vec<Edit> {
        let of_field = |item: &WorkItem| {
            item.edits.iter().filter(|edit| edit.field == field).cloned().collect()
        };
        self.known(of_field).unwrap_or_default()
    }

    pub(super) fn assigned(self) -> Vec<Assigned> {
        self.known(|item| item.assigned.clone()).unwrap_or_default()
    }

    pub(super) fn colleagues(self) -> Vec<Colleague> {
        self.board.colleagues()
    }

    pub(super) fn typed(self, field: WorkField) -> Option<Typed> {
        self.typed.with(|typed| typed.get(&field).cloned())
    }

    /// What a field shows: what was typed, what was refused, what is on its way, what ERPNext has.
    pub(super) fn shows(self, field: WorkField) -> Option<String> {
        self.typed(field).map(|typed| typed.value).or_else(|| self.unchanged(field))
    }

    /// What a field shows where nothing was typed.
    fn unchanged(self, field: WorkField) -> Option<String> {
        self.known(|item| {
            let refused = item.edits.iter().rev().find(|edit| {
                edit.field == field && matches!(edit.state, EditState::Refused { .. })
            });
            match refused {
                Some(edit) => edit.value.clone(),
                None => item.shown(field).map(str::to_owned),
            }
        })
        .flatten()
    }

    /// Keeps what was typed, also over a reload. Typed back to what stands there, nothing was.
    pub(super) fn type_into(self, field: WorkField, value: String) {
        let is_under_way = self.under_way.with_value(|fields| fields.contains(&field));
        if !is_under_way && untrack(|| self.unchanged(field)).unwrap_or_default() == value {
            self.forget(field);
            return;
        }
        let base = self.known_untracked(field);
        self.change_typed(|typed| {
            let base = typed.get(&field).map_or(base, |before| before.base.clone());
            typed.insert(field, Typed { base, value, save: SaveId::fresh(), stage: Stage::Typing });
        });
    }

    fn known_untracked(self, field: WorkField) -> Option<String> {
        untrack(|| self.known(|item| item.shown(field).map(str::to_owned)).flatten())
    }

    pub(super) fn forget(self, field: WorkField) {
        self.change_typed(|typed| {
            typed.remove(&field);
        });
    }

    fn set_stage(self, field: WorkField, save: SaveId, stage: Stage) {
        self.change_typed(|typed| {
            if let Some(one) = typed.get_mut(&field).filter(|one| one.save == save) {
                one.stage = stage;
            }
        });
    }

    fn change_typed(self, act: impl FnOnce(&mut AllTyped)) {
        let (me, workspace) = (self.board.me, self.board.workspace);
        let kept = self.typed.try_update(|typed| {
            act(typed);
            typed.clone()
        });
        if let (Some(typed), Some(name)) = (kept, self.name.try_get_value()) {
            drafts::keep_typed(me, workspace, self.doctype, &name, &typed);
        }
    }

    /// Sends what was typed into a field.
    pub(super) fn save(self, field: WorkField) {
        let Some(typed) = untrack(|| self.typed(field)) else { return };
        let value = match checked(self.doctype, field, Some(&typed.value)) {
            Ok(value) => value,
            Err(problem) => {
                self.set_stage(field, typed.save, Stage::Failed(problem.to_string()));
                return;
            }
        };
        if value == typed.base {
            self.forget(field);
            return;
        }
        self.set_stage(field, typed.save, Stage::Sending);
        let is_first = self.under_way.try_update_value(|fields| fields.insert(field));
        if is_first != Some(true) {
            return;
        }
        let (board, save, sent) = (self.board, typed.save, value.clone());
        let changed = FieldChanged { field, base: typed.base, value };
        let (doctype, name) = (self.doctype, self.name());
        let change = WorkChange { save, doctype, name, changes: vec![changed] };
        spawn_local(async move {
            let saved = change_work(board.workspace, change).await;
            if saved.is_ok() {
                self.read_now().await;
            }
            self.under_way.try_update_value(|fields| fields.remove(&field));
            match saved {
                Ok(()) => self.is_saved(field, save, sent),
                Err(problem) => self.set_stage(field, save, Stage::Failed(problem.to_string())),
            }
            self.send_again();
            board.read_again();
        });
    }

    /// What was typed since then was typed over what is saved now.
    fn is_saved(self, field: WorkField, save: SaveId, sent: Option<String>) {
        self.change_typed(|typed| match typed.get_mut(&field) {
            Some(one) if one.save == save => {
                typed.remove(&field);
            }
            Some(newer) => newer.base = sent,
            None => {}
        });
    }

    fn send_again(self) {
        let waiting: Option<Vec<WorkField>> = self.typed.try_with_untracked(|typed| {
            let sent = typed.iter().filter(|(_, one)| one.stage == Stage::Sending);
            sent.map(|(field, _)| *field).collect()
        });
        for field in waiting.unwrap_or_default() {
            self.save(field);
        }
    }

    pub(super) fn assign(self, user: String, shall: bool) {
        let (doctype, name) = (self.doctype, self.name());
        let assign = Assign { save: SaveId::fresh(), doctype, name, user, shall };
        self.act(async move { assign_work(self.board.workspace, assign).await });
    }

    pub(super) fn resolve(self, edit: EditId, resolve: Resolve) {
        self.act(async move { resolve_edit(self.board.workspace, edit, resolve).await });
    }

    fn act(self, deed: impl Future<Output = Result<(), AppError>> + 'static) {
        self.trouble.set(None);
        spawn_local(async move {
            match deed.await {
                Ok(()) => {
                    self.read_now().await;
                    self.board.read_again();
                }
                Err(problem) => {
                    self.trouble.try_set(Some(problem.to_string()));
                }
            }
        });
    }

    fn read_again(self) {
        spawn_local(async move { self.read_now().await });
    }

    async fn read_now(self) {
        let Some(name) = self.name.try_get_value() else { return };
        let read = work_item(self.board.workspace, self.doctype, name).await;
        self.item.try_update(|item| {
            // What is shown stays while the server cannot be asked.
            let is_lasting = matches!(read, Ok(_) | Err(AppError::NotFound | AppError::SignIn));
            if is_lasting || item.is_none() {
                *item = Some(read);
            }
        });
    }
}

/// The sheet of a Task or an Issue.
#[component]
pub(super) fn Item(
    /// Where it is shown.
    board: Board,
    /// Which doctype.
    doctype: WorkDoctype,
    /// Its name in ERPNext.
    name: String,
) -> impl IntoView {
    let sheet = Sheet::open(board, doctype, name.clone());
    let back = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(back) = back.get() {
            let _ = back.focus();
        }
    });
    let is_known = Memo::new(move |_| sheet.known(|_| ()).is_some());
    let problem = move || {
        sheet.item.with(|item| match item {
            Some(Err(problem)) => Some(problem.to_string()),
            _ => None,
        })
    };
    let label = format!("{doctype} {name}");
    let followed = name.clone();
    view! {
        <section class="sheet" aria-label=label on:keydown=move |event| {
            if closes(&event) {
                event.stop_propagation();
                board.close();
            }
        }>
            <header class="sheet-head">
                <button node_ref=back type="button" class="icon-button" aria-label="Back to the lists" title="Back to the lists" on:click=move |_| board.close()>
                    <BackIcon/>
                </button>
                <h2>{doctype.as_str()} " " <span class="sheet-name">{name}</span></h2>
            </header>
            {move || problem().map(|words| view! { <p class="alert" role="alert">{words}</p> })}
            {move || sheet.trouble.get().map(|words| view! { <p class="alert" role="alert">{words}</p> })}
            <Show when=move || is_known.get() fallback=|| view! { <p class="quiet" aria-busy="true"></p> }>
                <Show when=move || !sheet.may_change()>
                    <p class="quiet">"ERPNext lets you read this and not change it."</p>
                </Show>
                {doctype.fields().iter().map(|field| view! { <Field sheet field=*field/> }).collect_view()}
                <Assignees sheet/>
                <FollowWork workspace=board.workspace() doctype name=followed.clone()/>
            </Show>
        </section>
    }
}
