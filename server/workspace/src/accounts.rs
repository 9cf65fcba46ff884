//! Signing in and out.

use crate::{
    Services,
    errors::{app_error, from_sign_in, from_store, wrong_password},
};
use async_trait::async_trait;
use contract::{Accounts, AppError, Asker, Credentials, SessionToken, SignedIn};
use secrecy::SecretString;
use store::{attempts, people, sessions, sessions::CheckedSession};
use vocabulary::{Moment, Person, PersonKind};

/// Failures of one account within the window before it has to wait. ERPNext's own lock comes at the 12th.
const PER_ACCOUNT: i32 = 8;

/// Failures from one address within the window; an office shares one.
const PER_ADDRESS: i32 = 60;

#[async_trait]
impl Accounts for Services {
    async fn sign_in(&self, credentials: Credentials) -> Result<SignedIn, AppError> {
        check_form(&credentials)?;
        let subjects = subjects(&credentials);
        for (subject, limit) in &subjects {
            if let Some(until) =
                attempts::barred_until(&self.db, subject, *limit).await.map_err(from_store)?
            {
                return Err(too_much(until));
            }
        }
        let (person, sid) = match self.prove(&credentials).await {
            Ok(proved) => proved,
            Err(error) => {
                if matches!(error, AppError::Refused { .. }) {
                    for (subject, _) in &subjects {
                        attempts::failed(&self.db, subject).await.map_err(from_store)?;
                    }
                }
                return Err(error);
            }
        };
        if let Some((account, _)) = subjects.first() {
            attempts::succeeded(&self.db, account).await.map_err(from_store)?;
        }
        if let Some(sid) = sid {
            self.take_over(&person, sid).await?;
        }
        if person.kind == PersonKind::Member {
            self.ask_standing(&person).await?;
        }
        let token = sessions::begin(&self.db, person.id).await.map_err(from_store)?;
        tracing::info!(person.id = %person.id, kind = person.kind.as_str(), "signed in");
        Ok(SignedIn {
            token: SessionToken::new(token),
            max_age_seconds: sessions::LIFETIME_MILLIS / 1000,
            person,
        })
    }

    async fn sign_out(&self, asker: &Asker) -> Result<(), AppError> {
        let token = asker.token().reveal();
        if let Some(person) = sessions::end(&self.db, token).await.map_err(from_store)? {
            let hash = sessions::SessionHash::of(token);
            self.forget_session(&hash);
            self.bus.ring(bus::Bell::SessionEnded { session: hash.as_str().to_owned() });
            self.give_back_after_last_session(person).await?;
        }
        Ok(())
    }

    async fn whoami(&self, asker: &Asker) -> Result<Person, AppError> {
        Ok(self.session(asker).await?.person)
    }
}

impl Services {
    /// The asker's session, if it is valid now.
    ///
    /// # Errors
    /// `SignIn` if it is not.
    pub async fn session(&self, asker: &Asker) -> Result<CheckedSession, AppError> {
        let hash = sessions::SessionHash::of(asker.token().reveal());
        if let Some(session) = self.seen.session(&hash) {
            return Ok(session);
        }
        let epoch = self.seen.epoch();
        let session = sessions::check(&self.db, asker.token().reveal())
            .await
            .map_err(from_store)?
            .ok_or(AppError::SignIn)?;
        self.seen.keep_session(epoch, &session);
        Ok(session)
    }

    /// The local administrator by our own hash, everybody else by ERPNext's word, with the session it opened.
    async fn prove(
        &self,
        credentials: &Credentials,
    ) -> Result<(Person, Option<SecretString>), AppError> {
        let user = credentials.user.trim();
        if let Some((person, hash)) =
            people::administrator(&self.db, user).await.map_err(from_store)?
        {
            let fits = self.passwords.verify(credentials.password.clone(), hash).await;
            return match fits {
                Ok(true) => Ok((person, None)),
                Ok(false) => Err(wrong_password()),
                Err(error) => Err(app_error(&error)),
            };
        }
        let password = credentials.password.clone().into();
        let signed_in = self.site.sign_in(user, &password).await.map_err(from_sign_in)?;
        let kind = if signed_in.system_user { PersonKind::Member } else { PersonKind::Client };
        let person = people::remember(&self.db, &signed_in.user, &signed_in.full_name, kind)
            .await
            .map_err(from_store)?;
        Ok((person, Some(signed_in.sid)))
    }
}

fn check_form(credentials: &Credentials) -> Result<(), AppError> {
    let wrong = |field: &str, reason: &str| {
        Err(AppError::Invalid { field: field.into(), reason: reason.into() })
    };
    match (credentials.user.trim(), credentials.password.as_str()) {
        ("", _) => wrong("user", "Type the email you sign in to ERPNext with."),
        (_, "") => wrong("password", "Type your password."),
        (user, _) if user.len() > 140 => {
            wrong("user", "This email is too long to be one of ERPNext's.")
        }
        (_, password) if password.len() > 512 => wrong("password", "This password is too long."),
        _ => Ok(()),
    }
}

fn subjects(credentials: &Credentials) -> Vec<(String, i32)> {
    let account = sessions::SessionHash::of(&credentials.user.trim().to_lowercase());
    let mut subjects = vec![(format!("account:{}", account.as_str()), PER_ACCOUNT)];
    if let Some(address) = credentials.from {
        subjects.push((format!("address:{address}"), PER_ADDRESS));
    }
    subjects
}

fn too_much(until: Moment) -> AppError {
    let millis = until.as_millis() - Moment::now().as_millis();
    AppError::TooMuch { retry_after_seconds: u64::try_from(millis / 1000).unwrap_or(0) + 1 }
}
