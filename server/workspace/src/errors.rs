//! From our errors to the one a person meets. Unknown ones are logged here, once, under a reference.

use contract::AppError;
use erpnext::ErpError;
use policy::Hidden;
use std::error::Error;
use store::StoreError;

/// A failure of ours: logged with its causes, shown as a reference.
#[must_use]
pub fn app_error(error: &(dyn Error + 'static)) -> AppError {
    let reference = format!("{:08x}", rand::random::<u32>());
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(next) = cause {
        causes.push(next.to_string());
        cause = next.source();
    }
    tracing::error!(%reference, %error, ?causes, "an operation failed");
    AppError::Unexpected { reference }
}

pub(crate) fn from_store(error: StoreError) -> AppError {
    app_error(&error)
}

pub(crate) fn from_hidden(_: Hidden) -> AppError {
    AppError::NotFound
}

/// ERPNext's refusal of a sign-in, in words for the one who signs in.
pub(crate) fn from_sign_in(error: ErpError) -> AppError {
    match error {
        ErpError::WrongPassword { .. } => wrong_password(),
        ErpError::UserDisabled { .. } => AppError::Refused {
            reason:
                "This account is disabled in ERPNext. Ask your ERPNext administrator to enable it."
                    .into(),
        },
        ErpError::Locked { for_, .. } => AppError::Refused {
            reason: format!(
                "ERPNext has locked this account after too many wrong passwords. Try again in {} seconds.",
                for_.as_secs().max(1)
            ),
        },
        ErpError::SignInUnfinished { message } => {
            AppError::Refused { reason: unfinished(&message) }
        }
        ErpError::TooManyRequests { retry_after, .. } => AppError::TooMuch {
            retry_after_seconds: retry_after.map_or(60, |after| after.as_secs().max(1)),
        },
        error if error.is_site_down() => {
            tracing::warn!(error = &error as &dyn Error, "ERPNext did not answer a sign-in");
            AppError::Waiting { on: "ERPNext".into() }
        }
        error => app_error(&error),
    }
}

/// The password was right, and ERPNext wants something that only its own pages can take.
fn unfinished(what: &str) -> String {
    let lower = what.to_lowercase();
    if lower.contains("password reset") || lower.contains("expired") {
        "Your ERPNext password has expired. Open ERPNext, choose a new one, then sign in here with it.".into()
    } else if lower.contains("second factor") || lower.contains("verification") {
        "ERPNext asks for a second factor, which can only be given on its own page. Open Parlance from a Project in ERPNext instead.".into()
    } else {
        format!(
            "ERPNext wants more than a password: {what}. Sign in to ERPNext once, then come back."
        )
    }
}

pub(crate) fn wrong_password() -> AppError {
    AppError::Refused { reason: "The email or the password is wrong.".into() }
}
