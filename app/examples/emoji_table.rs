//! Prints public/emoji.txt: every emoji with its name and its shortcodes, by groups.

use emojis::Group;

fn main() {
    let mut group = None;
    for emoji in emojis::iter() {
        if group != Some(emoji.group()) {
            group = Some(emoji.group());
            println!("# {}", name(emoji.group()));
        }
        let shortcodes = emoji.shortcodes().collect::<Vec<_>>().join(" ");
        println!("{}\t{}\t{shortcodes}", emoji.as_str(), emoji.name());
    }
}

const fn name(group: Group) -> &'static str {
    match group {
        Group::SmileysAndEmotion => "Smileys & emotion",
        Group::PeopleAndBody => "People & body",
        Group::AnimalsAndNature => "Animals & nature",
        Group::FoodAndDrink => "Food & drink",
        Group::TravelAndPlaces => "Travel & places",
        Group::Activities => "Activities",
        Group::Objects => "Objects",
        Group::Symbols => "Symbols",
        Group::Flags => "Flags",
    }
}
