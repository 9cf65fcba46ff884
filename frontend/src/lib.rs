//! The browser's entry point.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the script the shell puts into the page.
#[wasm_bindgen]
pub fn hydrate() {
    app::hydrate();
}
