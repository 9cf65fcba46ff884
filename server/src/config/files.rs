//! People's files: where they lie and what of them is taken.

use crate::config::{ConfigError, Sources};
use files::{Limits, S3, Types};
use secrecy::SecretString;
use url::Url;

/// A megabyte, as file managers and disks count.
const MEGABYTE: u64 = 1_000_000;

/// What an operator decides about files.
#[derive(Clone, Debug)]
pub struct FilesConfig {
    /// `S3_URL` and what belongs to it; `None` for the data folder.
    pub bucket: Option<S3>,
    /// `PARLANCE_FILE_LIMIT_MB`, `PARLANCE_FILE_TYPES` and `PARLANCE_FILE_TYPES_REFUSED`.
    pub limits: Limits,
}

pub(super) fn files(sources: &Sources) -> Result<FilesConfig, ConfigError> {
    Ok(FilesConfig { bucket: bucket(sources)?, limits: limits(sources)? })
}

fn limits(sources: &Sources) -> Result<Limits, ConfigError> {
    let mut limits = Limits::default();
    let megabytes: Option<u64> =
        sources.parsed("PARLANCE_FILE_LIMIT_MB", "a number of megabytes is expected", "50")?;
    match megabytes {
        Some(1..=100_000) => limits.largest = megabytes.unwrap_or(0) * MEGABYTE,
        Some(other) => {
            return Err(ConfigError::Wrong {
                variable: "PARLANCE_FILE_LIMIT_MB",
                problem: format!("{other} is not between 1 and 100000"),
                example: "50",
            });
        }
        None => {}
    }
    limits.allowed = types(sources, "PARLANCE_FILE_TYPES", "image/*,application/pdf")?;
    let refused = "PARLANCE_FILE_TYPES_REFUSED";
    if let Some(types) = types(sources, refused, "application/zip,image/svg+xml")? {
        limits.refused = types;
    }
    Ok(limits)
}

fn types(
    sources: &Sources,
    variable: &'static str,
    example: &'static str,
) -> Result<Option<Types>, ConfigError> {
    let Some(list) = sources.text(variable) else { return Ok(None) };
    let wrong = |one| ConfigError::Wrong {
        variable,
        problem: format!("{one:?} names no media type"),
        example,
    };
    Types::read(&list).map(Some).map_err(wrong)
}

fn bucket(sources: &Sources) -> Result<Option<S3>, ConfigError> {
    const EXAMPLE: &str = "s3://parlance/files";
    let Some(text) = sources.text("S3_URL") else { return Ok(None) };
    // What is wrong is told without the value: people put keys into such addresses.
    let wrong = |problem: &str| ConfigError::Wrong {
        variable: "S3_URL",
        problem: problem.into(),
        example: EXAMPLE,
    };
    let url = Url::parse(&text).ok().filter(|url| url.scheme() == "s3");
    let url = url.ok_or_else(|| wrong("s3:// and the name of a bucket are expected"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "it holds a key; that belongs into S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY",
        ));
    }
    let bucket = url.host_str().filter(|bucket| !bucket.is_empty());
    let bucket = bucket.ok_or_else(|| wrong("it names no bucket"))?.to_owned();
    if !is_bucket(&bucket) {
        return Err(wrong(
            "the name of a bucket has 3 to 63 small letters, digits, dots and hyphens",
        ));
    }
    if url.port().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("there is more in it than a bucket and a prefix"));
    }
    let prefix = url.path().trim_matches('/').to_owned();
    if !prefix.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
        || (!prefix.is_empty() && prefix.split('/').any(|part| matches!(part, "" | "." | "..")))
    {
        return Err(wrong("its prefix has other signs than letters, digits, -, _, . and /"));
    }
    let key = |variable, example| {
        sources.text(variable).ok_or_else(|| ConfigError::Wrong {
            variable,
            problem: "it is not set, and S3_URL is".into(),
            example,
        })
    };
    Ok(Some(S3 {
        bucket,
        prefix,
        region: region(sources)?,
        access_key_id: key("S3_ACCESS_KEY_ID", "AKIA2EXAMPLE")?,
        secret_access_key: SecretString::from(key("S3_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")?),
        endpoint: endpoint(sources)?,
    }))
}

/// As Amazon has it, and whoever speaks like it (Amazon S3 User Guide, "Bucket naming rules").
fn is_bucket(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.chars().all(|c| is_plain(c) || c == '.' || c == '-')
        && name.starts_with(is_plain)
        && name.ends_with(is_plain)
}

fn region(sources: &Sources) -> Result<String, ConfigError> {
    let region = sources.text("S3_REGION").unwrap_or_else(|| "us-east-1".into());
    if region.len() <= 64 && region.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) {
        return Ok(region);
    }
    Err(ConfigError::Wrong {
        variable: "S3_REGION",
        problem: format!("{region:?} is no region"),
        example: "eu-central-1",
    })
}

fn endpoint(sources: &Sources) -> Result<Option<Url>, ConfigError> {
    let Some(text) = sources.text("S3_ENDPOINT") else { return Ok(None) };
    let url = Url::parse(&text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
        .filter(|url| url.query().is_none() && url.fragment().is_none());
    if url.as_ref().is_some_and(|url| !url.username().is_empty() || url.password().is_some()) {
        return Err(ConfigError::Wrong {
            variable: "S3_ENDPOINT",
            problem: "it holds a key; that belongs into S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY"
                .into(),
            example: "https://storage.example.com",
        });
    }
    url.map(Some).ok_or(ConfigError::Wrong {
        variable: "S3_ENDPOINT",
        problem: format!("{text:?} is no http or https address"),
        example: "https://storage.example.com",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &[(&str, &str)]) -> FilesConfig {
        files(&Sources::of(settings)).unwrap()
    }

    #[test]
    fn nothing_set_is_the_data_folder_and_fifty_megabytes() {
        let files = read(&[]);
        assert!(files.bucket.is_none());
        assert_eq!(files.limits, Limits::default());
        assert_eq!(files.limits.largest, 50_000_000);
    }

    #[test]
    fn a_bucket_has_a_name_a_prefix_and_an_address() {
        let files = read(&[
            ("S3_URL", "s3://talk/one/two/"),
            ("S3_ENDPOINT", "http://127.0.0.1:9000"),
            ("S3_ACCESS_KEY_ID", "k"),
            ("S3_SECRET_ACCESS_KEY", "s"),
        ]);
        let bucket = files.bucket.unwrap();
        assert_eq!((bucket.bucket.as_str(), bucket.prefix.as_str()), ("talk", "one/two"));
        assert_eq!(bucket.region, "us-east-1");
        assert_eq!(bucket.endpoint.unwrap().as_str(), "http://127.0.0.1:9000/");
    }

    #[test]
    fn what_is_taken_is_read_from_the_settings() {
        let files = read(&[
            ("PARLANCE_FILE_LIMIT_MB", "3"),
            ("PARLANCE_FILE_TYPES", "image/*"),
            ("PARLANCE_FILE_TYPES_REFUSED", "image/gif"),
        ]);
        assert_eq!(files.limits.largest, 3_000_000);
        assert!(files.limits.take("image/png") && !files.limits.take("image/gif"));
        assert!(!files.limits.take("application/pdf"));
    }
}
