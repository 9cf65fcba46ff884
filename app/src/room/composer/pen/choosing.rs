//! What choosing a row of a picker does to the text.

use super::{Nameable, Pen, sending::new_work};
use crate::room::{
    composer::continuing::Change,
    facts::make_work,
    pickers::{Choice, Command, Query, What},
};
use leptos::{prelude::*, task::spawn_local};
use std::{ops::Range, time::Duration};
use vocabulary::{SaveId, WorkDoctype, written_tag};

/// How often ERPNext is asked for what was made, once a change was heard of.
const LOOKS_FOR_MADE: usize = 20;

impl Pen {
    /// Something was chosen from a picker.
    pub fn choose(self, query: &Query, choice: Choice) {
        if let Some(reason) = choice.refused {
            self.picker.close();
            self.trouble.set(Some(format!("Not mentioned. {reason}")));
            let query = query.clone();
            self.nameable.set(choice.nameable.map(|name| Nameable { query, name }));
            return;
        }
        let range = query.start..query.end;
        match choice.what {
            What::Mark { label, written } => {
                let label = self.put_mark(&label, &written);
                self.insert(range, &format!("{label} "));
            }
            What::Text(text) => self.insert(range, &text),
            What::Make(subject) => self.make_and_mark(range, subject),
            What::Command(command) => self.begin(range, command),
        }
        self.picker.close();
    }

    /// Writes the name of somebody who was refused: nobody is told.
    pub fn name_only(self) {
        let (Some(area), Some(Nameable { query, name })) =
            (self.area.get_untracked(), self.nameable.get_untracked())
        else {
            return;
        };
        self.nameable.set(None);
        self.trouble.set(None);
        let stands = area.value().get(query.start + 1..query.end) == Some(query.words.as_str());
        if stands {
            self.insert(query.start..query.end, &format!("{name} "));
        }
        let _ = area.focus();
    }

    fn put_mark(self, label: &str, written: &str) -> String {
        let mut unique = String::new();
        self.marks.update(|marks| unique = marks.put(label, written));
        unique
    }

    fn insert(self, range: Range<usize>, with: &str) {
        let end = range.start + with.len();
        self.apply(Change { range, with: with.to_owned(), select: end..end });
    }

    fn begin(self, range: Range<usize>, command: Command) {
        match command {
            Command::Task => self.insert(range, "/task "),
            Command::Issue => self.insert(range, "/issue "),
            Command::Code => {
                let end = range.start + 4;
                let with = "```\n\n```".to_owned();
                self.apply(Change { range, with, select: end..end });
            }
            Command::Later => {
                self.insert(range, "");
                self.wants_later.update(|wishes| *wishes += 1);
            }
            Command::Drafts => {
                self.insert(range, "");
                if let Some(go) = self.go.get_value() {
                    go.run("/drafts");
                }
            }
        }
    }

    /// Makes a Task and puts its subject into the text; once ERPNext has named it, it is a tag.
    fn make_and_mark(self, range: Range<usize>, subject: String) {
        let save = SaveId::fresh();
        let label = self.put_mark(&format!("#{subject}"), &subject);
        self.insert(range, &format!("{label} "));
        spawn_local(async move {
            match make_work(self.board.workspace(), new_work(save, WorkDoctype::Task, &subject))
                .await
            {
                Ok(()) => self.name_made(save, label).await,
                Err(problem) => {
                    self.trouble.try_set(Some(format!("The Task was not made. {problem}")));
                }
            }
        });
    }

    async fn name_made(self, save: SaveId, label: String) {
        for _ in 0..LOOKS_FOR_MADE {
            let stands = self.text.try_with_untracked(|text| text.contains(&label));
            if stands != Some(true) {
                return;
            }
            if let Some(made) = self.sources.made(save.to_string()).await {
                if let Some(written) = written_tag(&made.tag) {
                    self.marks.try_update(|marks| marks.rewrite(&label, &written));
                    if self.text.try_with_untracked(|_| ()).is_some() {
                        self.keeping.keep(&self.written());
                    }
                }
                return;
            }
            wait(Duration::from_millis(500)).await;
        }
    }
}

async fn wait(time: Duration) {
    let (sender, receiver) = futures::channel::oneshot::channel();
    set_timeout(
        move || {
            let _ = sender.send(());
        },
        time,
    );
    let _ = receiver.await;
}
