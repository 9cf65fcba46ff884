//! What Enter does where a message is written or said otherwise.

use leptos::ev;

/// What Enter does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enter {
    /// It sends, or saves.
    Sends,
    /// It goes on with a list or a block of code; where there is none it sends, or saves.
    GoesOnOrSends,
    /// It goes on with a list or a block of code; where there is none it is a new line.
    GoesOn,
    /// It is a new line.
    NewLine,
}

/// The keys that are held down beside Enter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Held {
    /// Ctrl or ⌘.
    pub modifier: bool,
    /// Shift.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
}

impl Held {
    /// Those of `event`.
    #[must_use]
    pub fn of(event: &ev::KeyboardEvent) -> Self {
        Self {
            modifier: (event.ctrl_key() || event.meta_key()) && !event.alt_key(),
            shift: event.shift_key(),
            alt: event.alt_key(),
        }
    }
}

impl Enter {
    /// With these keys, for somebody for whom Enter alone sends or does not; with a touch keyboard it never does: there it
    /// is the only way to a new line.
    #[must_use]
    pub const fn with(held: Held, enter_sends: bool, has_mouse: bool) -> Self {
        match held {
            Held { modifier: true, .. } => Self::Sends,
            Held { shift: true, .. } | Held { alt: true, .. } => Self::NewLine,
            _ if enter_sends && has_mouse => Self::GoesOnOrSends,
            _ => Self::GoesOn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enter_sends_where_that_is_wished_and_there_is_a_mouse() {
        let none = Held::default();
        assert_eq!(Enter::with(none, true, true), Enter::GoesOnOrSends);
        assert_eq!(Enter::with(none, true, false), Enter::GoesOn);
        assert_eq!(Enter::with(none, false, true), Enter::GoesOn);
        let shift = Held { shift: true, ..none };
        assert_eq!(Enter::with(shift, true, true), Enter::NewLine);
    }

    #[test]
    fn the_modifier_sends_everywhere() {
        let held = Held { modifier: true, ..Held::default() };
        for (enter_sends, has_mouse) in [(true, true), (true, false), (false, true), (false, false)]
        {
            assert_eq!(Enter::with(held, enter_sends, has_mouse), Enter::Sends);
        }
    }
}
