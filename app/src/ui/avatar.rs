//! A person as initials on a colour of their own.

use leptos::prelude::*;

/// How many colours `style/tokens.css` has for people.
const COLOURS: u32 = 10;

/// Initials on the colour that always belongs to this name. Decoration: the name stands beside it.
#[component]
pub fn Avatar(
    /// The full name.
    #[prop(into)]
    name: String,
    /// Whether the name is told on hover, where it does not stand beside.
    #[prop(optional)]
    titled: bool,
) -> impl IntoView {
    let class = format!("avatar avatar-{}", colour(&name));
    let initials = initials(&name);
    let title = titled.then(|| name.clone());
    view! { <span class=class title=title aria-hidden="true">{initials}</span> }
}

fn initials(name: &str) -> String {
    let mut words =
        name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

/// FNV-1a with its upper half folded in, so that a name has its colour on every machine.
fn colour(name: &str) -> u32 {
    let hash = name
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 15)) % COLOURS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_first_and_last() {
        assert_eq!(initials("Maya Lindqvist"), "ML");
        assert_eq!(initials("Ana de la Cruz"), "AC");
        assert_eq!(initials("administrator"), "A");
        assert_eq!(initials(" (émile) "), "É");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn a_name_keeps_its_colour() {
        assert_eq!(colour("Maya Lindqvist"), colour("Maya Lindqvist"));
        assert!(colour("Tom") < COLOURS);
    }
}
