//! What the demo's people wrote to each other in the last three weeks.

use crate::cast::{INTRANET, JONAS, LEA, MAYA, NILS, PRIYA, Person, TOM, WEBSITE, WINE_SHOP};

/// One message of the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChatLine {
    /// The Project it belongs to, by name.
    pub project: &'static str,
    /// Who wrote it: `User.name`.
    pub author_user: &'static str,
    /// How long ago.
    pub minutes_before_now: u32,
    /// Plain text, sometimes of several lines.
    pub text: &'static str,
}

/// The script, oldest first.
#[must_use]
pub fn chat() -> Vec<ChatLine> {
    let mut lines: Vec<ChatLine> = SCRIPT
        .iter()
        .map(|&(project, author, days, minutes, text)| ChatLine {
            project,
            author_user: author.user,
            minutes_before_now: days * 1440 + minutes,
            text,
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.minutes_before_now));
    lines
}

type Entry = (&'static str, Person, u32, u32, &'static str);

/// Project, author, days and minutes ago, words.
const SCRIPT: &[Entry] = &[
    (
        WEBSITE,
        MAYA,
        21,
        95,
        "Kick-off with Ines went well. Three houses (Lisbon, Porto, Évora), one site, direct booking instead of the portals. Go-live before the spring season.",
    ),
    (
        WEBSITE,
        MAYA,
        21,
        92,
        "What she cares about most:\n1. people book on the site, on a phone\n2. the Évora house finally gets decent photos\n3. no more two-hour calls to change a price",
    ),
    (WEBSITE, TOM, 21, 60, "Nice. Do we know what they use for rooms and rates today?"),
    (
        WEBSITE,
        JONAS,
        21,
        48,
        "An old desktop system with a CSV export every night. I asked for a sample file.",
    ),
    (
        WEBSITE,
        LEA,
        20,
        310,
        "I'll do the site survey on Thursday: light, rooms, what can be shot in one day per house.",
    ),
    (
        WEBSITE,
        LEA,
        18,
        120,
        "Survey done. Lisbon is easy. Porto has scaffolding on the street side until the 12th, so no facade there. Évora needs a full day, the courtyard only gets sun from 10 to 1.",
    ),
    (WEBSITE, PRIYA, 18, 102, "Can you put the courtyard first? I want it as the hero image."),
    (WEBSITE, LEA, 18, 96, "Yes, Évora first then."),
    (
        WEBSITE,
        JONAS,
        17,
        260,
        "Sample export arrived. 214 rooms rows for 61 rooms, because every rate plan repeats the room. Dates are dd/mm/yy, prices with comma. Doable.",
    ),
    (
        WEBSITE,
        TOM,
        17,
        244,
        "So we normalise on import and never look at that format again, please.",
    ),
    (
        WEBSITE,
        PRIYA,
        15,
        205,
        "Wireframes for home, house and room page are up. Booking bar sticks to the bottom on phones.",
    ),
    (
        WEBSITE,
        MAYA,
        15,
        180,
        "Ines likes them. One wish: the price has to be visible before the date picker opens, even if it says \"from\".",
    ),
    (WEBSITE, PRIYA, 15, 171, "Fine, \"from 118 €\" under the name."),
    (
        WEBSITE,
        JONAS,
        14,
        330,
        "Booking engine: I compared the two. The Lisbon one has a proper API and charges 2.5 % per booking, the other is a flat 189 a month but only an iframe.",
    ),
    (WEBSITE, TOM, 14, 318, "Please not an iframe. We'd lose the whole point of the new checkout."),
    (
        WEBSITE,
        MAYA,
        14,
        290,
        "I'll take both numbers to Ines. At about 140 direct bookings a month the fee is the more expensive one from day one, so she will ask.",
    ),
    (
        WEBSITE,
        MAYA,
        12,
        140,
        "Price discussion with Ines, short version:\n- API engine is fine, she negotiated 1.9 % for the first year\n- photo shoot stays at 3 days\n- Spanish moves to phase two, we keep the structure ready\nNew total 38,400. I updated the quote.",
    ),
    (WEBSITE, TOM, 12, 131, "1.9, respect."),
    (WEBSITE, LEA, 11, 75, "Shoot in Évora tomorrow. Weather says clear until 3."),
    (WEBSITE, LEA, 10, 45, "Got it. 340 frames, courtyard is gorgeous. Selects by Monday."),
    (
        WEBSITE,
        PRIYA,
        9,
        220,
        "Visual design v2 is in the folder. Terracotta instead of the blue, serif only for house names.",
    ),
    (
        WEBSITE,
        TOM,
        9,
        198,
        "Contrast of the terracotta on sand is 3.9, buttons need 4.5. Could you go one step darker?",
    ),
    (WEBSITE, PRIYA, 9, 190, "Done, #A8482B. 5.1 now."),
    (
        WEBSITE,
        JONAS,
        7,
        300,
        "Import runs every night at 2:30 now. It refused 3 rates today because the end lies before the start. Those are wrong in their system, I sent the list to the front desk in Porto.",
    ),
    (
        WEBSITE,
        MAYA,
        7,
        282,
        "Thanks, that is the kind of mail they like to get from us rather than from a guest.",
    ),
    (
        WEBSITE,
        TOM,
        6,
        150,
        "Room page is on staging. Photos load in 1.1 s on a slow phone, the old site took 6.",
    ),
    (
        WEBSITE,
        LEA,
        5,
        210,
        "Porto shoot done except the facade. I go back on the 13th for one hour, no extra day.",
    ),
    (
        WEBSITE,
        JONAS,
        4,
        190,
        "Heads-up for migration: the old site has 412 indexed pages, 38 of them get traffic. I'd redirect those by hand and the rest to the house pages.",
    ),
    (
        WEBSITE,
        MAYA,
        4,
        175,
        "Agreed. Please put the 38 into a sheet so that Ines can look over the names.",
    ),
    (
        WEBSITE,
        TOM,
        3,
        260,
        "Checkout works against the engine's test account: search, hold, pay, confirm. Holding fails when two people take the last room, the engine answers 409 and we show a blank page. Fixing.",
    ),
    (WEBSITE, JONAS, 3, 244, "The hold expires after 15 minutes on their side. Show a countdown?"),
    (
        WEBSITE,
        PRIYA,
        3,
        236,
        "No countdown, it feels like a ticket shop. A calm line \"we keep this room for you for 15 minutes\" is enough.",
    ),
    (
        WEBSITE,
        TOM,
        1,
        380,
        "409 now goes back to the room list with the other free rooms. Staging is updated.",
    ),
    (WEBSITE, MAYA, 1, 340, "Call with Ines tomorrow at 10. Anything she has to decide?"),
    (
        WEBSITE,
        LEA,
        1,
        332,
        "Captions: Portuguese first or English first? I have both for Lisbon and Évora.",
    ),
    (
        WEBSITE,
        JONAS,
        1,
        325,
        "And who gets the booking mails in Porto, the front desk or the house manager.",
    ),
    (
        WEBSITE,
        MAYA,
        0,
        130,
        "From the call: Portuguese first, front desk for the mails with the manager in copy. She also reported that the newsletter box on staging accepts anything as an address, there is an issue for it.",
    ),
    (WEBSITE, TOM, 0, 118, "On it after lunch."),
    (
        WINE_SHOP,
        MAYA,
        19,
        200,
        "Weinhaus Keller signed. Small shop, 180 wines, pick-up or parcel. Jonas, you have 12 days in the plan for it.",
    ),
    (
        WINE_SHOP,
        JONAS,
        19,
        170,
        "OK. Age check at checkout and again at the door, the carrier offers that as a service.",
    ),
    (
        WINE_SHOP,
        JONAS,
        13,
        90,
        "Their stock list has the vintage inside the product name. I split it, 11 wines are ambiguous:\nRiesling Alte Reben 19/20\nCuvée Nr. 7 (18?)\n… the rest is in the task.",
    ),
    (WINE_SHOP, MAYA, 13, 62, "Herr Keller answers by phone only. I'll call him with the list."),
    (
        WINE_SHOP,
        MAYA,
        8,
        240,
        "Called. It is always the younger vintage, the old ones are sold out.",
    ),
    (
        WINE_SHOP,
        JONAS,
        2,
        75,
        "Parcel prices: 6 bottles 7.90, 12 bottles 9.90, free from 120 €. Matches his leaflet.",
    ),
    (INTRANET, TOM, 16, 160, "Starting with the holiday calendar, that is what everyone asks for."),
    (
        INTRANET,
        NILS,
        16,
        140,
        "Could the on-call rota live there too? Right now it is a photo of the whiteboard.",
    ),
    (INTRANET, TOM, 16, 128, "Sure, same table, other colour."),
    (
        INTRANET,
        NILS,
        6,
        410,
        "Rota for next month is in. Swaps still need a second pair of eyes, I can take that.",
    ),
    (
        INTRANET,
        TOM,
        2,
        300,
        "Backups of the intranet run again, the key had expired in the summer.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_runs_forward_over_three_weeks() {
        let lines = chat();
        assert!(lines.len() >= 45);
        assert!(lines.is_sorted_by_key(|line| std::cmp::Reverse(line.minutes_before_now)));
        assert!(lines.iter().any(|line| line.text.contains('\n')));
        assert!(lines[0].minutes_before_now > 20 * 1440);
    }
}
