//! Looking at a list of messages: what comes into view is loaded, what one asked for is shown, and what is being read stays
//! where it is.

use super::{
    conversation::{Conversation, Sight},
    scroll,
    seek::seek,
    timeline::Row,
};
use leptos::{html, prelude::*};

/// Somebody's view of a room or a thread.
#[derive(Clone, Copy)]
pub struct Viewing {
    talk: Conversation,
    list: NodeRef<html::Div>,
    /// The rows to draw.
    pub rows: Memo<Vec<Row>>,
}

impl Viewing {
    /// Looks at `talk` in `list`: where the address says, or where the new begins, or at the end.
    #[must_use]
    pub fn of(talk: Conversation, list: NodeRef<html::Div>) -> Self {
        let rows = talk.rows();
        let viewing = Self { talk, list, rows };
        talk.before_change(Callback::new(move |()| {
            if let Some(list) = list.get_untracked() {
                scroll::keep_place(&list, talk.shows_end());
            }
        }));
        // What is new is read from its beginning.
        Effect::new(move |_| {
            if let Some(list) = list.get() {
                scroll::to_new(&list);
            }
        });
        Effect::new(move |_| {
            if let Some(sight) = talk.sight() {
                request_animation_frame(move || viewing.show(sight));
            }
        });
        seek(talk);
        // A screen taller than a page of messages, or a reader faster than the line, needs the next at once.
        Effect::new(move |_| {
            rows.track();
            talk.loading.track();
            request_animation_frame(move || viewing.look());
        });
        viewing
    }

    /// What is in view may have changed.
    pub fn look(self) {
        let talk = self.talk;
        let Some(list) = self.list.try_get_untracked().flatten() else { return };
        let at_end = talk.shows_end() && scroll::is_at_end(&list);
        if talk.at_end.get_untracked() != at_end {
            talk.at_end.set(at_end);
        }
        if at_end && talk.unseen.get_untracked() > 0 {
            talk.unseen.set(0);
        }
        talk.in_lower_half.set_value(scroll::is_in_lower_half(&list));
        if talk.stuck.get_untracked() {
            return;
        }
        if scroll::is_near_start(&list) && untrack(|| talk.has_earlier()) {
            talk.load_earlier();
        } else if scroll::is_near_end(&list) {
            talk.load_later();
        }
    }

    fn show(self, sight: Sight) {
        let Some(list) = self.list.try_get_untracked().flatten() else { return };
        match sight {
            Sight::End => scroll::to_end(&list),
            Sight::New => {
                if !scroll::down_to_new(&list) {
                    scroll::to_end(&list);
                }
            }
            Sight::FirstNew => {
                scroll::to_end(&list);
                scroll::to_new(&list);
            }
            Sight::Marked(message) => scroll::to_middle(&list, message),
            Sight::Top(message) => scroll::to_top(&list, message),
        }
    }
}
