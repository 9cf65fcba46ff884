//! Which key does what, and where. The one place to look them up, for the listener and for the list.

use crate::room::RowAct;

/// What a key does anywhere on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageDeed {
    /// Shows the list of keys.
    List,
    /// Opens or closes the panel at the side.
    Panel,
    /// Goes to another conversation.
    Conversation { down: bool, unread: bool },
    /// Goes to another region of the page.
    Region { back: bool },
    /// Makes the panel at the side wider, or as wide as it was.
    Widen,
    /// Goes to another page.
    Visit(Page),
    /// Chooses files for the room's box.
    Attach,
    /// Closes the thread or, where none is open, goes to the newest message.
    Leave,
    /// Takes everything as read, after asking.
    AllRead,
    /// Goes to the field of the search.
    Search,
    /// Searches in the conversation that is open.
    SearchHere,
}

/// A page with a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// Messages that call this person.
    Mentions,
    /// What is not sent yet.
    Drafts,
}

/// What a key does in a list of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageDeed {
    /// Goes to another message.
    Walk { down: bool },
    /// Opens all one can do with the message.
    Menu,
    /// Does something with the message.
    Act(RowAct),
}

/// A key as it was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// Its name or letter, as the browser calls it.
    pub key: String,
    /// With Ctrl, or Cmd on a Mac.
    pub ctrl: bool,
    /// With Alt.
    pub alt: bool,
    /// With Shift.
    pub shift: bool,
}

impl Press {
    /// Whether it may do something: a letter or a sign alone only where `letters` do. Enter, Esc, arrows and whatever is
    /// pressed with Ctrl or Alt always may.
    #[must_use]
    pub fn works(&self, letters: bool) -> bool {
        letters || self.ctrl || self.alt || self.key.chars().nth(1).is_some()
    }
}

/// Where a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Everywhere,
    /// While a message has the focus.
    Message,
}

/// One line of the list.
#[derive(Clone, Copy, Debug)]
pub struct Shortcut {
    /// What is pressed, as it is written for people.
    pub keys: &'static str,
    /// What it does.
    pub name: &'static str,
    /// Where.
    pub place: Place,
}

const fn everywhere(keys: &'static str, name: &'static str) -> Shortcut {
    Shortcut { keys, name, place: Place::Everywhere }
}

const fn message(keys: &'static str, name: &'static str) -> Shortcut {
    Shortcut { keys, name, place: Place::Message }
}

/// All there are, in the order of the list.
pub const SHORTCUTS: &[Shortcut] = &[
    everywhere("? or Ctrl /", "This list"),
    everywhere("Alt ↑ ↓", "Previous or next workspace"),
    everywhere("Alt Shift ↑ ↓", "Previous or next unread workspace"),
    everywhere("/", "Search everything"),
    everywhere("Ctrl Shift F", "Search in this conversation"),
    everywhere("Ctrl .", "Open or close the project panel"),
    everywhere("Ctrl Shift .", "Make the panel wider"),
    everywhere("F6, Shift F6", "Next or previous part of the page"),
    everywhere("Ctrl Shift M", "Mentions of you"),
    everywhere("d", "Drafts"),
    everywhere("Ctrl U", "Attach files"),
    everywhere("Esc", "Close what is open, then go to the newest message"),
    everywhere("Shift Esc", "Mark everything as read"),
    message("↑ ↓ or k j", "Previous or next message"),
    message("r or Enter", "Reply in thread"),
    message("e", "Edit your own"),
    message("+", "React"),
    message("t", "Make a Task"),
    message("i", "Make an Issue"),
    message("s", "Save for later"),
    message(">", "Quote"),
    message("c", "Copy link"),
    message("Shift U", "Mark unread from here"),
    message("m", "All actions"),
];

/// What `press` does on the page, perhaps while somebody types.
#[must_use]
pub fn page_deed(press: &Press, typing: bool) -> Option<PageDeed> {
    let Press { key, ctrl, alt, shift } = press;
    match (key.as_str(), *ctrl, *alt) {
        // The browser may keep plain F6 for itself.
        ("F6", _, false) => Some(PageDeed::Region { back: *shift }),
        ("/", true, false) => Some(PageDeed::List),
        (".", true, false) if !shift => Some(PageDeed::Panel),
        // With Shift, keyboards that have both on one key call it by the upper sign.
        ("." | ">", true, false) => Some(PageDeed::Widen),
        ("M" | "m", true, false) if *shift => Some(PageDeed::Visit(Page::Mentions)),
        ("F" | "f", true, false) if *shift => Some(PageDeed::SearchHere),
        ("u" | "U", true, false) if !shift => Some(PageDeed::Attach),
        ("Escape", false, false) if *shift => Some(PageDeed::AllRead),
        ("Escape", false, false) => Some(PageDeed::Leave),
        ("ArrowUp", false, true) => Some(PageDeed::Conversation { down: false, unread: *shift }),
        ("ArrowDown", false, true) => Some(PageDeed::Conversation { down: true, unread: *shift }),
        // While somebody types, every other key belongs to the text.
        _ if typing => None,
        ("?", false, false) => Some(PageDeed::List),
        ("/", false, false) => Some(PageDeed::Search),
        ("d", false, false) => Some(PageDeed::Visit(Page::Drafts)),
        _ => None,
    }
}

/// What `press` does in a list of messages, and on a message itself (`on_row`).
#[must_use]
pub fn message_deed(press: &Press, on_row: bool) -> Option<MessageDeed> {
    let Press { key, ctrl, alt, shift } = press;
    if *ctrl || *alt {
        return None;
    }
    let act = match key.as_str() {
        "ArrowUp" | "k" => return Some(MessageDeed::Walk { down: false }),
        "ArrowDown" | "j" => return Some(MessageDeed::Walk { down: true }),
        _ if !on_row => return None,
        "m" => return Some(MessageDeed::Menu),
        "r" | "Enter" => RowAct::Reply,
        "e" => RowAct::Edit,
        "+" => RowAct::React,
        "t" => RowAct::Task,
        "i" => RowAct::Issue,
        "s" => RowAct::Save,
        ">" => RowAct::Quote,
        "c" => RowAct::CopyLink,
        "U" if *shift => RowAct::MarkUnread,
        _ => return None,
    };
    Some(MessageDeed::Act(act))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> Press {
        Press { key: key.to_owned(), ctrl: false, alt: false, shift: false }
    }

    #[test]
    fn no_letter_does_anything_on_the_page_while_somebody_types() {
        for key in ["?", "/", "d", "j", "k", "r", "e", "U", "Enter"] {
            assert_eq!(page_deed(&press(key), true), None, "{key}");
        }
    }

    #[test]
    fn letters_and_signs_alone_can_be_switched_off_and_nothing_else() {
        for key in ["?", "d", "k", "j", "m", "r", "e", "+", "t", "i", "s", ">", "c", "U"] {
            assert!(press(key).works(true) && !press(key).works(false), "{key}");
        }
        for key in ["Enter", "Escape", "Tab", "ArrowUp", "F6", "End"] {
            assert!(press(key).works(false), "{key}");
        }
        assert!(!press("/").works(false));
        assert!(Press { ctrl: true, ..press("/") }.works(false));
        assert!(Press { alt: true, ..press("ArrowUp") }.works(false));
    }

    #[test]
    fn keys_with_ctrl_work_while_somebody_types() {
        let list = Press { ctrl: true, ..press("/") };
        assert_eq!(page_deed(&list, true), Some(PageDeed::List));
        let panel = Press { ctrl: true, ..press(".") };
        assert_eq!(page_deed(&panel, true), Some(PageDeed::Panel));
        let here = Press { ctrl: true, shift: true, ..press("F") };
        assert_eq!(page_deed(&here, true), Some(PageDeed::SearchHere));
    }

    #[test]
    fn the_browsers_own_keys_stay_the_browsers() {
        for key in ["c", "r", "t", "s", "e", "k", "f", "ArrowDown"] {
            let own = Press { ctrl: true, ..press(key) };
            assert_eq!(page_deed(&own, false), None, "Ctrl+{key}");
            assert_eq!(message_deed(&own, true), None, "Ctrl+{key}");
        }
    }

    #[test]
    fn a_message_key_needs_a_message() {
        assert_eq!(message_deed(&press("r"), true), Some(MessageDeed::Act(RowAct::Reply)));
        assert_eq!(message_deed(&press("r"), false), None);
        assert_eq!(message_deed(&press("j"), false), Some(MessageDeed::Walk { down: true }));
    }

    #[test]
    fn each_key_a_menu_names_does_what_the_menu_says_and_is_listed() {
        for act in RowAct::ALL {
            let Some(named) = act.key() else { continue };
            let pressed = match named.strip_prefix("Shift+") {
                Some(key) => Press { shift: true, ..press(key) },
                None => press(named),
            };
            assert_eq!(message_deed(&pressed, true), Some(MessageDeed::Act(act)), "{named}");
            let written = named.replace("Shift+", "Shift ");
            let listed = SHORTCUTS.iter().any(|shortcut| {
                shortcut.keys == written || shortcut.keys.split(' ').next() == Some(&written)
            });
            assert!(listed, "{named}");
        }
    }
}
