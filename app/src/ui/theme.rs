//! Dark and light: the system decides until somebody does.

use super::icon::{MoonIcon, SunIcon};
use leptos::prelude::*;

/// Which of the two is shown.
#[derive(Clone, Copy)]
pub struct Theme {
    dark: RwSignal<bool>,
}

impl Theme {
    /// Light until the page is alive and can look.
    #[must_use]
    pub fn new() -> Self {
        let theme = Self { dark: RwSignal::new(false) };
        Effect::new(move |_| theme.dark.set(is_dark()));
        theme
    }

    /// What turning to the other one is called.
    #[must_use]
    pub fn other(self) -> &'static str {
        if self.dark.get() { "Light theme" } else { "Dark theme" }
    }

    /// Turns to the other one.
    pub fn toggle(self) {
        let name = if self.dark.get_untracked() { "light" } else { "dark" };
        super::store("parlance.theme", name);
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", name);
        }
        self.dark.set(name == "dark");
    }
}

/// Turns to the other theme; its name says which.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let theme = expect_context::<Theme>();
    let name = move || theme.other();
    view! {
        <button type="button" class="icon-button" aria-label=name title=name on:click=move |_| theme.toggle()>
            <span class="only-light"><MoonIcon/></span>
            <span class="only-dark"><SunIcon/></span>
        </button>
    }
}

fn is_dark() -> bool {
    match document().document_element().and_then(|root| root.get_attribute("data-theme")) {
        Some(name) => name == "dark",
        None => window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
            .is_some_and(|query| query.matches()),
    }
}
