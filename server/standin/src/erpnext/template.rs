//! Jinja, as webhooks and Email Templates are written in.

use minijinja::{Environment, Error, value::Serde};
use serde::Serialize;

/// `template` with the names of `context` filled in; unknown names are empty.
///
/// # Errors
/// When the template is wrong, or does with a value what it cannot.
pub(crate) fn render(template: &str, context: impl Serialize) -> Result<String, Error> {
    Environment::new().render_str(template, Serde(context))
}

/// Whether `condition` holds.
///
/// # Errors
/// As of [`render`].
pub(crate) fn holds(condition: &str, context: impl Serialize) -> Result<bool, Error> {
    let environment = Environment::new();
    Ok(environment.compile_expression(condition)?.eval(Serde(context))?.is_true())
}
