//! Which rows the box shows, and in which order.

use super::{
    row::{Choice, Row},
    spot::Spot,
};

/// Places one was at last that stand first where nothing is typed.
const RECENT: usize = 6;

/// Rows of a list.
const LISTED: usize = 60;

/// Where nothing is typed: where one was last, then `usual` ones. What is called by ids alone has no row yet and is left out.
#[must_use]
pub fn at_first(
    kept: &[Spot],
    here: Option<&Spot>,
    row_of: impl Fn(&Spot) -> Option<Row>,
    usual: &[Row],
) -> Vec<Row> {
    let away = kept.iter().filter(|spot| here.is_none_or(|here| !here.is_same(spot)));
    let mut rows: Vec<Row> = away.filter_map(row_of).take(RECENT).collect();
    if let Some(first) = rows.first_mut() {
        first.head = Some("Recent");
    }
    let recent = rows.len();
    for row in usual {
        if rows[..recent].iter().any(|known| known.is_same(row)) || leads_here(row, here) {
            continue;
        }
        let head = match row.kind {
            "Workspace" => "Workspaces",
            "Page" => "Pages",
            _ => "Commands",
        };
        let begins = !rows[recent..].iter().any(|known| known.head == Some(head));
        rows.push(Row { head: begins.then_some(head), ..row.clone() });
    }
    rows.truncate(LISTED);
    rows
}

fn leads_here(row: &Row, here: Option<&Spot>) -> bool {
    matches!((&row.choice, here), (Choice::Go(spot), Some(here)) if spot.is_same(here))
}

/// Those of `rows` that answer a folded query, the best first; of equal ones, where one was last.
#[must_use]
pub fn answering(rows: Vec<Row>, query: &str, kept: &[Spot]) -> Vec<Row> {
    let recent = |row: &Row| match &row.choice {
        Choice::Go(spot) => kept.iter().position(|known| known.is_same(spot)),
        Choice::Do(_) => None,
    };
    let mut ranked: Vec<_> = rows
        .into_iter()
        .filter_map(|row| Some(((row.rank(query)?, recent(&row).unwrap_or(usize::MAX)), row)))
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    without_repeats(ranked.into_iter().map(|(_, row)| row))
}

/// `new` rows, but with what is shown already in its place: nothing that is looked at moves. What is shown and not new any more
/// stays as it was.
#[must_use]
pub fn appended(shown: &[Row], new: Vec<Row>) -> Vec<Row> {
    let now = |old: &Row| {
        let found = new.iter().find(|row| row.is_same(old)).unwrap_or(old);
        Row { head: old.head, ..found.clone() }
    };
    let kept: Vec<Row> = shown.iter().map(now).collect();
    without_repeats(kept.into_iter().chain(new.iter().cloned()))
}

fn without_repeats(rows: impl Iterator<Item = Row>) -> Vec<Row> {
    let mut all: Vec<Row> = Vec::new();
    for row in rows {
        if all.len() < LISTED && !all.iter().any(|known| known.is_same(&row)) {
            all.push(row);
        }
    }
    all
}

/// What is told of how many there are.
#[must_use]
pub fn counted(count: usize, more_may_come: bool) -> String {
    match (count, more_may_come) {
        (0, true) => String::new(),
        (0, false) => "Nothing found".to_owned(),
        (1, _) => "1 result".to_owned(),
        (many, _) => format!("{many} results"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jump::{commands::Command, pages::PAGES};
    use vocabulary::{JumpTarget, TagDoctype, WorkspaceId};

    fn row(choice: Choice, title: &str, kind: &'static str) -> Row {
        Row {
            choice,
            title: title.into(),
            more: String::new(),
            words: String::new(),
            kind,
            href: None,
            head: None,
        }
    }

    fn workspace(title: &str) -> Row {
        row(Choice::Go(Spot::Workspace(WorkspaceId::fresh())), title, "Workspace")
    }

    fn task(name: &str, title: &str) -> Row {
        let target = JumpTarget::Document(TagDoctype::Task, name.into());
        let spot = Spot::Target(target, WorkspaceId::fresh());
        Row { words: name.into(), ..row(Choice::Go(spot), title, "Task") }
    }

    fn spot(row: &Row) -> Spot {
        match &row.choice {
            Choice::Go(spot) => spot.clone(),
            Choice::Do(_) => panic!("a command is no place"),
        }
    }

    fn titles(rows: &[Row]) -> Vec<&str> {
        rows.iter().map(|row| row.title.as_str()).collect()
    }

    #[test]
    fn where_one_was_last_stands_first_and_where_one_is_not_at_all() {
        let (website, shop) = (workspace("Website"), workspace("Wine shop"));
        let page = row(Choice::Go(PAGES[0].spot()), "Threads", "Page");
        let command = row(Choice::Do(Command::Keys), "Keyboard shortcuts", "Command");
        let usual = [website.clone(), shop.clone(), page.clone(), command];
        let menu = task("TASK-1", "Menu");
        let kept = [spot(&website), spot(&menu), spot(&page), Spot::Page("/gone".into())];
        let known = [website.clone(), page.clone(), menu];
        let row_of = |wanted: &Spot| known.iter().find(|row| spot(row).is_same(wanted)).cloned();
        let rows = at_first(&kept, Some(&spot(&website)), row_of, &usual);
        assert_eq!(titles(&rows), ["Menu", "Threads", "Wine shop", "Keyboard shortcuts"]);
        let heads: Vec<_> = rows.iter().map(|row| row.head).collect();
        assert_eq!(heads, [Some("Recent"), None, Some("Workspaces"), Some("Commands")]);
        let none = at_first(&[], None, row_of, &usual);
        assert_eq!(titles(&none), ["Website", "Wine shop", "Threads", "Keyboard shortcuts"]);
    }

    #[test]
    fn typing_finds_by_words_in_any_order_by_id_and_by_what_it_is() {
        let rows = vec![
            workspace("New website and direct booking"),
            workspace("Website relaunch"),
            task("TASK-2026-00007", "Booking on the website"),
        ];
        let found = |query: &str| {
            let found = answering(rows.clone(), query, &[]);
            found.into_iter().map(|row| row.title).collect::<Vec<_>>()
        };
        assert_eq!(
            found("web"),
            ["Website relaunch", "New website and direct booking", "Booking on the website"]
        );
        assert_eq!(found("book web"), ["New website and direct booking", "Booking on the website"]);
        assert_eq!(found("task-2026-00007"), ["Booking on the website"]);
        assert_eq!(found("task"), ["Booking on the website"]);
        assert_eq!(found("garden"), [""; 0]);
    }

    #[test]
    fn of_equal_answers_the_one_where_one_was_last_stands_first() {
        let (one, other) = (workspace("Website one"), workspace("Website two"));
        let kept = [spot(&other)];
        let rows = answering(vec![one, other], "website", &kept);
        assert_eq!(titles(&rows), ["Website two", "Website one"]);
    }

    #[test]
    fn late_rows_stand_below_and_change_only_what_is_called_otherwise() {
        let (a, b, c) = (workspace("A"), task("TASK-1", "TASK-1"), task("TASK-2", "C"));
        let shown = [a.clone(), b.clone()];
        let named = Row { title: "Menu".into(), ..b };
        let rows = appended(&shown, vec![c, named, a]);
        assert_eq!(titles(&rows), ["A", "Menu", "C"]);
    }

    #[test]
    fn the_count_says_nothing_while_more_may_come_to_nothing() {
        assert_eq!(counted(0, true), "");
        assert_eq!(counted(0, false), "Nothing found");
        assert_eq!(counted(1, true), "1 result");
        assert_eq!(counted(12, false), "12 results");
    }
}
