//! What is shown: a form whose choices stand in the address. Without a script its button sends it.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate, params::ParamsMap};
use vocabulary::{
    Audience, MentionStanding, Mentionable, Tag, TimelineFilter, TimelineKind, WorkspaceId,
};

/// The filter that an address says; what cannot be read of it filters nothing.
pub(super) fn filter_of(query: &ParamsMap) -> TimelineFilter {
    let values = |name: &'static str| {
        let values = query.get_all(name).unwrap_or_default();
        values.into_iter().map(move |value| (name, value))
    };
    let given: Vec<_> = TimelineFilter::NAMES.into_iter().flat_map(values).collect();
    let one = |(name, value): &(&'static str, String)| {
        TimelineFilter::read([(*name, value.as_str())]).is_ok()
    };
    let pairs = given.iter().filter(|pair| one(pair)).map(|(name, value)| (*name, value.as_str()));
    TimelineFilter::read(pairs).unwrap_or_default()
}

/// The address of the page with this filter.
pub(super) fn path_of(workspace: WorkspaceId, filter: &TimelineFilter) -> String {
    format!("/w/{workspace}/timeline{}", query_of(filter, &[]))
}

/// The part of an address that says a filter and some more, with its `?`.
pub(super) fn query_of(filter: &TimelineFilter, more: &[(&str, &str)]) -> String {
    let written = filter.written();
    let own = written.iter().map(|(name, value)| (*name, value.as_str()));
    let pairs: Vec<String> = own
        .chain(more.iter().copied().filter(|(_, value)| !value.is_empty()))
        .map(|(name, value)| format!("{name}={}", escaped(value)))
        .collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// Percent-encoded but for what an address may hold anywhere (RFC 3986 section 2.3).
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// The form.
#[component]
pub(super) fn FilterBar(
    /// The workspace.
    workspace: WorkspaceId,
    /// What is shown.
    filter: Memo<TimelineFilter>,
    /// People to choose from.
    people: Vec<Mentionable>,
    /// Documents to choose from, with their titles.
    documents: Signal<Vec<(Tag, String)>>,
) -> impl IntoView {
    let navigate = use_navigate();
    let change = Callback::new(move |next: TimelineFilter| {
        let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
        navigate(&path_of(workspace, &next), options);
    });
    let with = move |alter: &dyn Fn(&mut TimelineFilter)| {
        let mut next = filter.get_untracked();
        alter(&mut next);
        change.run(next);
    };
    let said = |value: String| Some(value).filter(|value| !value.is_empty());
    let kinds = TimelineKind::ALL.into_iter().map(|kind| {
        let checked = move || filter.with(|filter| filter.kinds.contains(&kind));
        view! {
            <label class="filter-kind">
                <input
                    type="checkbox" name="kind" value=kind.as_str() prop:checked=checked checked=untrack(checked)
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        with(&|next| {
                            next.kinds.retain(|one| *one != kind);
                            if on {
                                next.kinds.push(kind);
                            }
                        });
                    }
                />
                <span>{kind.title()}</span>
            </label>
        }
    });
    let kinds = kinds.collect_view();
    let person = move || filter.with(|filter| filter.person.clone().unwrap_or_default());
    let people = StoredValue::new(
        people
            .into_iter()
            .filter(|one| one.standing != MentionStanding::NoAccess)
            .map(|one| (one.user, one.full_name))
            .collect::<Vec<_>>(),
    );
    // Whoever is chosen can be seen to be, also where nobody offers them.
    let offered_people = move || {
        let chosen = person();
        let mut offered = people.get_value();
        if !chosen.is_empty() && !offered.iter().any(|(user, _)| *user == chosen) {
            offered.push((chosen.clone(), chosen.clone()));
        }
        offered
            .into_iter()
            .map(|(user, name)| {
                let selected = user == chosen;
                view! { <option value=user selected=selected>{name}</option> }
            })
            .collect_view()
    };
    let about = move || {
        filter.with(|filter| {
            let about = filter.about.as_ref();
            about.map(|(doctype, name)| format!("{}:{name}", doctype.as_str())).unwrap_or_default()
        })
    };
    let offered_documents = move || {
        let chosen = about();
        let mut offered: Vec<(String, String)> = documents.with(|documents| {
            let offer = |(tag, title): &(Tag, String)| {
                (
                    format!("{}:{}", tag.doctype.as_str(), tag.name),
                    format!("{} ({})", title, tag.name),
                )
            };
            documents.iter().map(offer).collect()
        });
        if !chosen.is_empty() && !offered.iter().any(|(value, _)| *value == chosen) {
            offered.push((chosen.clone(), chosen.replacen(':', " ", 1)));
        }
        offered
            .into_iter()
            .map(|(value, words)| {
                let selected = value == chosen;
                view! { <option value=value selected=selected>{words}</option> }
            })
            .collect_view()
    };
    let audience = move || filter.with(|filter| filter.audience);
    let day = move |of: fn(&TimelineFilter) -> &Option<String>| {
        move || filter.with(|filter| of(filter).clone().unwrap_or_default())
    };
    let (from, to) = (day(|filter| &filter.from), day(|filter| &filter.to));
    let more_is_said = filter.with_untracked(|filter| {
        let TimelineFilter { person, about, audience, from, to, .. } = filter;
        person.is_some() || about.is_some() || audience.is_some() || from.is_some() || to.is_some()
    });
    view! {
        <form
            class="filter" role="search" aria-label="Filter the timeline" method="get"
            action=format!("/w/{workspace}/timeline")
        >
            <div class="filter-first">
                <label class="filter-kind filter-unseen">
                    <input
                        type="checkbox" name="unseen" value="1"
                        prop:checked=move || filter.with(|filter| filter.unseen)
                        checked=filter.with_untracked(|filter| filter.unseen)
                        on:change=move |event| {
                            let on = event_target_checked(&event);
                            with(&|next| next.unseen = on);
                        }
                    />
                    <span>"Since I was last here"</span>
                </label>
                <fieldset class="filter-kinds">
                    <legend class="unseen">"Kinds"</legend>
                    {kinds}
                </fieldset>
            </div>
            <details class="filter-more" open=more_is_said>
                <summary>"More filters"</summary>
                <div class="filter-fields">
                    <label>
                        <span>"Person"</span>
                        <select
                            name="person" prop:value=person
                            on:change=move |event| {
                                let person = said(event_target_value(&event));
                                with(&|next| next.person.clone_from(&person));
                            }
                        >
                            <option value="">"Everybody"</option>
                            {offered_people}
                        </select>
                    </label>
                    <label>
                        <span>"About"</span>
                        <select
                            name="about" prop:value=about
                            on:change=move |event| {
                                let about = event_target_value(&event);
                                with(&|next| {
                                    let said = TimelineFilter::read([("about", about.as_str())]);
                                    next.about = said.ok().and_then(|said| said.about);
                                });
                            }
                        >
                            <option value="">"Everything"</option>
                            {offered_documents}
                        </select>
                    </label>
                    <label>
                        <span>"Audience"</span>
                        <select
                            name="audience" prop:value=move || audience().map_or("", Audience::as_str)
                            on:change=move |event| {
                                let audience = event_target_value(&event).parse().ok();
                                with(&|next| next.audience = audience);
                            }
                        >
                            <option value="">"All"</option>
                            <option value="team" selected=move || audience() == Some(Audience::Team)>"Team only"</option>
                            <option value="client" selected=move || audience() == Some(Audience::Client)>"Client too"</option>
                        </select>
                    </label>
                    <label>
                        <span>"From"</span>
                        <input
                            type="date" name="from" prop:value=from value=untrack(from)
                            on:change=move |event| {
                                let day = said(event_target_value(&event));
                                with(&|next| next.from.clone_from(&day));
                            }
                        />
                    </label>
                    <label>
                        <span>"To"</span>
                        <input
                            type="date" name="to" prop:value=to value=untrack(to)
                            on:change=move |event| {
                                let day = said(event_target_value(&event));
                                with(&|next| next.to.clone_from(&day));
                            }
                        />
                    </label>
                    <div class="filter-acts">
                        <button type="submit" class="button button-small">"Show"</button>
                        <a href=format!("/w/{workspace}/timeline") class="button button-small">"Clear"</a>
                    </div>
                </div>
            </details>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written() {
        let filter = TimelineFilter {
            kinds: vec![TimelineKind::Mail, TimelineKind::File],
            person: Some("a+b@x.example".into()),
            unseen: true,
            ..TimelineFilter::default()
        };
        let written = query_of(&filter, &[("zone", "Europe/Berlin"), ("row", "")]);
        assert_eq!(
            written,
            "?kind=mail&kind=file&person=a%2Bb%40x.example&unseen=1&zone=Europe%2FBerlin"
        );
        let mut query = ParamsMap::new();
        for (name, value) in filter.written() {
            query.insert(name, value);
        }
        assert_eq!(filter_of(&query), filter);
        query.insert("from", "yesterday".to_owned());
        assert_eq!(filter_of(&query), filter, "what cannot be read says nothing");
    }
}
