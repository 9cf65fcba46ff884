//! People to call.

use super::{
    choice::{Choice, Face, What},
    fold::{folded, rank},
};
use crate::clock::{self, time_in};
use vocabulary::{Mention, MentionStanding, Mentionable, PersonId, written_mention};

/// Rows of the list.
const LISTED: usize = 30;

/// Those who answer a query: who is here first, then the Project's people, then others; the client's last.
#[must_use]
pub(super) fn choices(
    people: &[Mentionable],
    query: &str,
    me: PersonId,
    is_here: impl Fn(PersonId) -> bool,
) -> Vec<Choice> {
    let query = folded(query);
    let mut found: Vec<_> = people
        .iter()
        .filter(|one| one.person != Some(me))
        .filter_map(|one| {
            let name = folded(&one.full_name);
            let by_mail = one.user.to_lowercase().contains(&query).then_some(2);
            let rank = rank(&name, &query).or(by_mail)?;
            let here = one.person.is_some_and(&is_here);
            Some(((one.standing, !here, rank, name), one, here))
        })
        .collect();
    // Whether they are here counts before how they came to read it.
    found.sort_by(|(a, ..), (b, ..)| {
        let order = |(standing, away, rank, name): &(MentionStanding, bool, u8, String)| {
            (!standing.can_follow(), *away, *standing, *rank, name.clone())
        };
        order(a).cmp(&order(b))
    });
    let followers = found.iter().filter(|(_, one, _)| one.standing.can_follow()).count();
    let mut choices: Vec<Choice> =
        found.into_iter().map(|(_, one, here)| choice(one, here)).collect();
    if rank("team everybody all", &query).is_some() {
        choices.insert(followers.min(choices.len()), team());
    }
    choices.truncate(LISTED);
    choices
}

fn team() -> Choice {
    Choice {
        key: "team".to_owned(),
        face: Face::Sign("@".to_owned()),
        title: "team".to_owned(),
        more: "Everybody who can read this room".to_owned(),
        aside: None,
        here: false,
        refused: None,
        nameable: None,
        what: What::Mark {
            label: "@team".to_owned(),
            written: written_mention(&Mention::Team, "team"),
        },
    }
}

fn choice(one: &Mentionable, here: bool) -> Choice {
    let name = &one.full_name;
    let refused = match one.standing {
        MentionStanding::OnProject | MentionStanding::Reads => None,
        MentionStanding::NoAccess => Some(format!(
            "{name} cannot read this room: ERPNext does not show them the Project. Ask the project manager to add them to the Project's users."
        )),
        MentionStanding::Client => Some(format!(
            "{name} is one of the client's people, and this room is for the team only. They would not see it."
        )),
    };
    let kind = match one.standing {
        MentionStanding::OnProject => "",
        MentionStanding::Reads => " · not on the Project",
        MentionStanding::NoAccess => " · no access",
        MentionStanding::Client => " · client",
    };
    let time = one.time_zone.as_deref().and_then(|zone| time_in(zone, clock::now()));
    Choice {
        key: one.user.clone(),
        face: Face::Person(name.clone()),
        title: name.clone(),
        more: format!("{}{kind}", one.user),
        aside: time,
        here,
        refused,
        nameable: (one.standing == MentionStanding::NoAccess).then(|| name.clone()),
        what: What::Mark {
            label: format!("@{}", name.replace(['[', ']', '\n', '\r'], "")),
            written: written_mention(&Mention::User(one.user.clone()), name),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(full_name: &str, standing: MentionStanding, person: Option<PersonId>) -> Mentionable {
        let user = format!("{}@example.com", full_name.to_lowercase().replace(' ', "."));
        Mentionable { user, full_name: full_name.into(), standing, person, time_zone: None }
    }

    #[test]
    fn who_is_here_stands_first_and_clients_last_with_the_reason() {
        use MentionStanding::{Client, NoAccess, OnProject, Reads};
        let (me, here) = (PersonId::fresh(), PersonId::fresh());
        let people = [
            person("Ines Client", Client, None),
            person("Nils Nobody", NoAccess, None),
            person("Anna Project", OnProject, None),
            person("Maya Me", OnProject, Some(me)),
            person("Zoe Reads", Reads, Some(here)),
        ];
        let found = choices(&people, "", me, |person| person == here);
        let names: Vec<_> = found.iter().map(|choice| choice.title.as_str()).collect();
        assert_eq!(names, ["Zoe Reads", "Anna Project", "team", "Nils Nobody", "Ines Client"]);
        let refused: Vec<_> = found.iter().map(|choice| choice.refused.is_some()).collect();
        assert_eq!(refused, [false, false, false, true, true]);
        let nameable: Vec<_> =
            found.iter().filter_map(|choice| choice.nameable.as_deref()).collect();
        assert_eq!(nameable, ["Nils Nobody"], "a client is not named as if they could read it");
        assert_eq!(choices(&people, "example.com", me, |_| false).len(), 4, "by mail");
        assert_eq!(choices(&people, "xyz", me, |_| false), []);
    }
}
