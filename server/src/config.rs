//! Every setting, documented once. The environment beats the `[parlance]` table of the configuration file, and that beats
//! what connecting ERPNext left in the data folder; a wrong value stops the start with one line that names it.

mod connection;
mod files;
mod reference;
mod sources;
mod unconnected;

pub use files::FilesConfig;
pub use reference::reference;
pub(crate) use unconnected::Unconnected;

use secrecy::{ExposeSecret, SecretString};
use sources::Sources;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};
use thiserror::Error;
use url::Url;
use vault::Vault;

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// The value is wrong.
    #[error("{variable} is wrong: {problem}. Example: {variable}={example}")]
    Wrong {
        /// Which setting.
        variable: &'static str,
        /// What is wrong with its value.
        problem: String,
        /// A value that would do.
        example: &'static str,
    },
    /// The file cannot be read.
    #[error("the configuration file {file} cannot be used: {problem}")]
    File {
        /// Which file.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// Where ERPNext is and how we sign our requests.
#[derive(Clone, Debug)]
pub struct ErpnextConfig {
    /// The site.
    pub url: Url,
    /// `ERPNEXT_API_KEY`.
    pub api_key: String,
    /// `ERPNEXT_API_SECRET`.
    pub api_secret: SecretString,
    /// `ERPNEXT_AUDIT_API_KEY` and `ERPNEXT_AUDIT_API_SECRET`: a System Manager's, for what only one may read.
    pub auditor: Option<(String, SecretString)>,
    /// `ERPNEXT_WEBHOOK_SECRET`; without it webhooks are refused and ERPNext is only asked.
    pub webhook_secret: Option<SecretString>,
    /// `ERPNEXT_OAUTH_CLIENT_ID` and `ERPNEXT_OAUTH_CLIENT_SECRET`.
    pub oauth: Option<(String, Option<SecretString>)>,
}

/// What the program runs on.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address and port to listen on.
    pub addr: SocketAddr,
    /// The URL people reach us by, without a slash at its end.
    pub public_url: Url,
    /// SQLite file and demo state.
    pub data_dir: PathBuf,
    /// The database; `None` for SQLite in the data folder.
    pub database_url: Option<String>,
    /// Redis for many replicas.
    pub redis_url: Option<String>,
    /// ERPNext; `None` in a demo, which brings its own.
    pub erpnext: Option<ErpnextConfig>,
    /// `PARLANCE_SECRET`, which seals what others gave us and the secrets in the connection's file; `None` for the one kept in the data folder.
    pub secret: Option<SecretString>,
    /// Where people's files lie, and what of them is taken.
    pub files: FilesConfig,
    /// Where push services may be; on this machine too only for tests (`PARLANCE_PUSH_LOOPBACK`).
    pub push_reach: push::Reach,
}

impl Config {
    /// Reads the environment, the configuration file (or `Leptos.toml` in the working folder) and what connecting left.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::from_sources(&Sources::load(file)?)
    }

    fn from_sources(sources: &Sources) -> Result<Self, ConfigError> {
        let addr = addr(sources)?;
        let public_url = match sources.text("PARLANCE_PUBLIC_URL") {
            Some(text) => public_url(&text)?,
            None => public_url(&format!("http://{addr}"))?,
        };
        Ok(Self {
            addr,
            public_url,
            data_dir: sources.data_dir(),
            database_url: database_url(sources)?,
            redis_url: redis_url(sources)?,
            erpnext: erpnext(sources)?,
            secret: secret(sources)?,
            files: files::files(sources)?,
            push_reach: push_reach(sources)?,
        })
    }

    /// Where people's files lie.
    #[must_use]
    pub fn files_place(&self) -> ::files::Place {
        // As with the database: what made-up people sent must not turn up on a real site.
        let folder = if self.is_demo() { "demo-files" } else { "files" };
        match &self.files.bucket {
            // The bucket may be somebody else's too.
            Some(bucket) => {
                let prefix = format!("{}/parlance-{folder}", bucket.prefix);
                let prefix = prefix.trim_start_matches('/').to_owned();
                ::files::Place::S3(::files::S3 { prefix, ..bucket.clone() })
            }
            None => ::files::Place::Folder(self.data_dir.join(folder)),
        }
    }

    /// The files that lie there.
    ///
    /// # Errors
    /// If the folder or the bucket cannot be used.
    pub fn files(&self) -> Result<::files::Files, ConfigError> {
        let (variable, example) = match self.files.bucket {
            Some(_) => ("S3_URL", "s3://parlance/files"),
            None => ("PARLANCE_DATA_DIR", "/var/lib/parlance"),
        };
        ::files::Files::at(&self.files_place(), self.files.limits.clone()).map_err(|error| {
            let reason = std::error::Error::source(&error).map(ToString::to_string);
            let problem = format!("{error}: {}", reason.unwrap_or_default());
            ConfigError::Wrong { variable, problem, example }
        })
    }

    /// What secrets at rest are sealed with.
    ///
    /// # Errors
    /// If the data folder's own secret cannot be read or made.
    pub fn vault(&self) -> Result<Vault, ConfigError> {
        vault(&self.data_dir, self.secret.clone())
    }

    /// Whether this is a demo.
    #[must_use]
    pub const fn is_demo(&self) -> bool {
        self.erpnext.is_none()
    }

    /// The database's address.
    #[must_use]
    pub fn database(&self) -> String {
        // What made-up people said must not turn up on a real site.
        let file = if self.is_demo() { "demo.sqlite" } else { "parlance.sqlite" };
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join(file).display()))
    }

    /// The public URL as an origin (RFC 6454): scheme, host and port.
    #[must_use]
    pub fn public_origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }
}

fn addr(sources: &Sources) -> Result<SocketAddr, ConfigError> {
    let given =
        sources.parsed("PARLANCE_ADDR", "an address with a port is expected", "127.0.0.1:3000")?;
    Ok(given.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000))))
}

/// The URL people reach us by.
pub(crate) fn public_url(text: &str) -> Result<Url, ConfigError> {
    let wrong = |problem: &str| ConfigError::Wrong {
        variable: "PARLANCE_PUBLIC_URL",
        problem: problem.into(),
        example: "https://talk.example.com",
    };
    let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong("an http or https address is expected"));
    }
    if url.path() != "/" || url.query().is_some() {
        return Err(wrong("it has a path; give Parlance a host name of its own"));
    }
    Ok(url)
}

fn database_url(sources: &Sources) -> Result<Option<String>, ConfigError> {
    let Some(url) = sources.text("DATABASE_URL") else { return Ok(None) };
    let known =
        ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
    known.then_some(Some(url)).ok_or(ConfigError::Wrong {
        variable: "DATABASE_URL",
        problem: "only SQLite and PostgreSQL are known".into(),
        example: "postgres://parlance:secret@127.0.0.1:5432/parlance",
    })
}

fn redis_url(sources: &Sources) -> Result<Option<String>, ConfigError> {
    let Some(url) = sources.text("REDIS_URL") else { return Ok(None) };
    let known = ["redis://", "rediss://", "redis-sentinel://", "rediss-sentinel://"]
        .iter()
        .any(|scheme| url.starts_with(scheme));
    known.then_some(Some(url)).ok_or(ConfigError::Wrong {
        variable: "REDIS_URL",
        problem: "it is no Redis address".into(),
        example: "redis://127.0.0.1:6379/0",
    })
}

fn erpnext(sources: &Sources) -> Result<Option<ErpnextConfig>, ConfigError> {
    let demo = match sources.text("PARLANCE_DEMO").as_deref() {
        None => None,
        Some("1") => Some(true),
        Some("0") => Some(false),
        Some(other) => {
            return Err(ConfigError::Wrong {
                variable: "PARLANCE_DEMO",
                problem: format!("{other:?} is neither 1 nor 0"),
                example: "1",
            });
        }
    };
    let url = sources.text("ERPNEXT_URL");
    if demo.unwrap_or(url.is_none()) {
        return Ok(None);
    }
    let missing = |variable, example| ConfigError::Wrong {
        variable,
        problem: "it is not set".into(),
        example,
    };
    let url = url.ok_or_else(|| missing("ERPNEXT_URL", "https://erp.example.com"))?;
    let url = Url::parse(&url)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
        .ok_or_else(|| ConfigError::Wrong {
            variable: "ERPNEXT_URL",
            problem: format!("{url:?} is no http or https address"),
            example: "https://erp.example.com",
        })?;
    let key = |variable, example| sources.text(variable).ok_or_else(|| missing(variable, example));
    Ok(Some(ErpnextConfig {
        url,
        api_key: key("ERPNEXT_API_KEY", "4f1c9a0b7d2e835")?,
        api_secret: key("ERPNEXT_API_SECRET", "0a1b2c3d4e5f678")?.into(),
        auditor: auditor(sources)?,
        webhook_secret: sources.text("ERPNEXT_WEBHOOK_SECRET").map(SecretString::from),
        oauth: sources
            .text("ERPNEXT_OAUTH_CLIENT_ID")
            .map(|id| (id, sources.text("ERPNEXT_OAUTH_CLIENT_SECRET").map(SecretString::from))),
    }))
}

fn push_reach(sources: &Sources) -> Result<push::Reach, ConfigError> {
    match sources.text("PARLANCE_PUSH_LOOPBACK").as_deref() {
        None | Some("0") => Ok(push::Reach::Internet),
        Some("1") => Ok(push::Reach::InternetAndLoopback),
        Some(other) => Err(ConfigError::Wrong {
            variable: "PARLANCE_PUSH_LOOPBACK",
            problem: format!("{other:?} is neither 1 nor 0"),
            example: "0",
        }),
    }
}

fn auditor(sources: &Sources) -> Result<Option<(String, SecretString)>, ConfigError> {
    let key = sources.text("ERPNEXT_AUDIT_API_KEY");
    let secret = sources.text("ERPNEXT_AUDIT_API_SECRET");
    let missing = |variable, example| ConfigError::Wrong {
        variable,
        problem: "it is not set, and its other half is".into(),
        example,
    };
    match (key, secret) {
        (None, None) => Ok(None),
        (Some(key), Some(secret)) => Ok(Some((key, secret.into()))),
        (Some(_), None) => Err(missing("ERPNEXT_AUDIT_API_SECRET", "0a1b2c3d4e5f678")),
        (None, Some(_)) => Err(missing("ERPNEXT_AUDIT_API_KEY", "4f1c9a0b7d2e835")),
    }
}

fn vault(data_dir: &Path, secret: Option<SecretString>) -> Result<Vault, ConfigError> {
    connection::open_vault(data_dir, secret).map_err(|error| ConfigError::File {
        file: data_dir.display().to_string(),
        problem: error.to_string(),
    })
}

fn secret(sources: &Sources) -> Result<Option<SecretString>, ConfigError> {
    let Some(secret) = sources.secret() else { return Ok(None) };
    if secret.expose_secret().len() < 16 {
        return Err(ConfigError::Wrong {
            variable: "PARLANCE_SECRET",
            problem: "it is shorter than 16 characters".into(),
            example: "the output of: openssl rand -hex 32",
        });
    }
    Ok(Some(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::from_sources(&Sources::of(settings))
    }

    fn complaint(settings: &[(&str, &str)]) -> String {
        config(settings).unwrap_err().to_string()
    }

    fn with_bucket<'a>(variable: &'a str, value: &'a str) -> [(&'a str, &'a str); 4] {
        let key = "S3_SECRET_ACCESS_KEY";
        [("S3_URL", "s3://talk"), ("S3_ACCESS_KEY_ID", "k"), (key, "s"), (variable, value)]
    }

    #[test]
    fn files_of_a_demo_lie_beside_those_of_a_site() {
        let real = [
            ("ERPNEXT_URL", "https://erp.example.com"),
            ("ERPNEXT_API_KEY", "k"),
            ("ERPNEXT_API_SECRET", "s"),
        ];
        let place = |settings: &[(&str, &str)]| match config(settings).unwrap().files_place() {
            ::files::Place::S3(bucket) => bucket.prefix,
            ::files::Place::Folder(folder) => folder.display().to_string(),
        };
        let bucket = with_bucket("S3_REGION", "eu-west-1");
        assert_eq!(place(&bucket), "parlance-demo-files");
        assert_eq!(place(&[&bucket[..], &real].concat()), "parlance-files");
        let below = [("S3_URL", "s3://talk/our/own"), bucket[1], bucket[2]];
        assert_eq!(place(&[&below[..], &real].concat()), "our/own/parlance-files");
        assert_eq!(place(&[]), "./data/demo-files");
        assert_eq!(place(&real), "./data/files");
    }

    #[test]
    fn nothing_configured_is_a_demo_on_sqlite() {
        let config = config(&[]).unwrap();
        assert!(config.is_demo());
        assert_eq!(config.database(), "sqlite://./data/demo.sqlite");
        assert_eq!(config.public_origin(), "http://127.0.0.1:3000");
    }

    #[test]
    fn a_site_with_its_keys_ends_the_demo() {
        let site = [
            ("ERPNEXT_URL", "https://erp.example.com"),
            ("ERPNEXT_API_KEY", "k"),
            ("ERPNEXT_API_SECRET", "s"),
        ];
        let connected = config(&site).unwrap();
        assert!(!connected.is_demo());
        assert_eq!(connected.database(), "sqlite://./data/parlance.sqlite");
        let mut demo = site.to_vec();
        demo.push(("PARLANCE_DEMO", "1"));
        assert!(config(&demo).unwrap().is_demo());
    }

    #[test]
    fn each_wrong_value_is_named_with_its_problem_and_an_example() {
        for (settings, variable) in [
            ([("PARLANCE_ADDR", "3000")].as_slice(), "PARLANCE_ADDR"),
            (&[("PARLANCE_PUBLIC_URL", "talk.example.com")], "PARLANCE_PUBLIC_URL"),
            (&[("PARLANCE_PUBLIC_URL", "https://example.com/talk")], "PARLANCE_PUBLIC_URL"),
            (&[("DATABASE_URL", "mysql://x")], "DATABASE_URL"),
            (&[("REDIS_URL", "http://x")], "REDIS_URL"),
            (&[("PARLANCE_DEMO", "yes")], "PARLANCE_DEMO"),
            (&[("PARLANCE_DEMO", "0")], "ERPNEXT_URL"),
            (&[("ERPNEXT_URL", "erp")], "ERPNEXT_URL"),
            (&[("ERPNEXT_URL", "https://erp.example.com")], "ERPNEXT_API_KEY"),
            (
                &[("ERPNEXT_URL", "https://erp.example.com"), ("ERPNEXT_API_KEY", "k")],
                "ERPNEXT_API_SECRET",
            ),
            (
                &[
                    ("ERPNEXT_URL", "https://erp.example.com"),
                    ("ERPNEXT_API_KEY", "k"),
                    ("ERPNEXT_API_SECRET", "s"),
                    ("ERPNEXT_AUDIT_API_KEY", "k"),
                ],
                "ERPNEXT_AUDIT_API_SECRET",
            ),
            (&[("PARLANCE_SECRET", "short")], "PARLANCE_SECRET"),
            (&[("PARLANCE_FILE_LIMIT_MB", "many")], "PARLANCE_FILE_LIMIT_MB"),
            (&[("PARLANCE_FILE_LIMIT_MB", "0")], "PARLANCE_FILE_LIMIT_MB"),
            (&[("PARLANCE_FILE_TYPES", ".pdf")], "PARLANCE_FILE_TYPES"),
            (&[("PARLANCE_FILE_TYPES_REFUSED", "exe")], "PARLANCE_FILE_TYPES_REFUSED"),
            (&[("PARLANCE_FILE_LIMIT_MB", "-1")], "PARLANCE_FILE_LIMIT_MB"),
            (&[("PARLANCE_FILE_LIMIT_MB", "100001")], "PARLANCE_FILE_LIMIT_MB"),
            (&[("PARLANCE_FILE_LIMIT_MB", "99999999999999999999")], "PARLANCE_FILE_LIMIT_MB"),
            (&[("PARLANCE_FILE_TYPES", ",")], "PARLANCE_FILE_TYPES"),
            (&[("S3_URL", "https://bucket.example.com")], "S3_URL"),
            (&[("S3_URL", "s3://Talk_1")], "S3_URL"),
            (&[("S3_URL", "s3://tk")], "S3_URL"),
            (&[("S3_URL", "s3://talk:9000")], "S3_URL"),
            (&[("S3_URL", "s3://talk/a//b")], "S3_URL"),
            (&[("S3_URL", "s3://talk/a?region=x")], "S3_URL"),
            (&[("S3_URL", "s3://")], "S3_URL"),
            (&[("S3_URL", "s3://key:secret@talk")], "S3_URL"),
            (&[("S3_URL", "s3://talk")], "S3_ACCESS_KEY_ID"),
            (&[("S3_URL", "s3://talk"), ("S3_ACCESS_KEY_ID", "k")], "S3_SECRET_ACCESS_KEY"),
            (&with_bucket("S3_ENDPOINT", "minio"), "S3_ENDPOINT"),
            (&with_bucket("S3_ENDPOINT", "https://k:s@storage.example.com"), "S3_ENDPOINT"),
            (&with_bucket("S3_REGION", "eu central"), "S3_REGION"),
            (&[("PARLANCE_PUSH_LOOPBACK", "yes")], "PARLANCE_PUSH_LOOPBACK"),
        ] {
            let text = complaint(settings);
            assert!(text.starts_with(variable) && text.contains("Example: "), "{text}");
            assert_eq!(text.lines().count(), 1, "{text}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let config = config(&[
            ("ERPNEXT_URL", "https://erp.example.com"),
            ("ERPNEXT_API_KEY", "key"),
            ("ERPNEXT_API_SECRET", "hush-hush"),
            ("S3_URL", "s3://talk"),
            ("S3_ACCESS_KEY_ID", "key"),
            ("S3_SECRET_ACCESS_KEY", "hush-hush"),
        ])
        .unwrap();
        assert!(!format!("{config:?}").contains("hush-hush"));
    }
}
