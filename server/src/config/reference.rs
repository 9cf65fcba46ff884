//! The settings' own reference, printed by `parlance --help`.

const SETTINGS: &[(&str, &str)] = &[
    ("PARLANCE_ADDR", "address and port to listen on (127.0.0.1:3000)"),
    ("PARLANCE_PUBLIC_URL", "the URL people reach us by (http:// + address)"),
    ("PARLANCE_DATA_DIR", "SQLite file, people's files and demo state (./data)"),
    ("PARLANCE_DEMO", "1: demo whatever else is set; 0: never (on while ERPNEXT_URL is unset)"),
    (
        "PARLANCE_CONFIG",
        "a TOML file whose [parlance] table sets what the environment does not (Leptos.toml)",
    ),
    ("PARLANCE_LOG", "json: logs for machines; RUST_LOG chooses what is logged"),
    ("DATABASE_URL", "sqlite://… or postgres://… (SQLite in the data folder)"),
    ("REDIS_URL", "joins replicas (in-process bus)"),
    ("ERPNEXT_URL", "the ERPNext site"),
    ("ERPNEXT_API_KEY, ERPNEXT_API_SECRET", "its service account"),
    (
        "ERPNEXT_AUDIT_API_KEY, ERPNEXT_AUDIT_API_SECRET",
        "a System Manager's, for what only one may read (the service account's)",
    ),
    (
        "ERPNEXT_WEBHOOK_SECRET",
        "what ERPNext signs its webhooks with (none are taken, it is only asked)",
    ),
    (
        "ERPNEXT_OAUTH_CLIENT_ID, ERPNEXT_OAUTH_CLIENT_SECRET",
        "signing in by ERPNext's own page, on releases that prove who somebody is (off)",
    ),
    ("S3_URL", "s3://bucket or s3://bucket/prefix: where files lie (a folder in the data folder)"),
    ("S3_ENDPOINT", "the address of a storage that speaks S3 (Amazon's own)"),
    ("S3_REGION", "its region (us-east-1)"),
    ("S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY", "who asks there"),
    ("PARLANCE_FILE_LIMIT_MB", "the largest file that is taken, in megabytes (50)"),
    (
        "PARLANCE_FILE_TYPES",
        "only files of these media types, such as image/*,application/pdf (all)",
    ),
    (
        "PARLANCE_FILE_TYPES_REFUSED",
        "no files of these media types (programs of Windows, Linux and macOS)",
    ),
    (
        "PARLANCE_PUSH_LOOPBACK",
        "1: notices may be pushed to this machine by http; only for tests (0)",
    ),
    (
        "PARLANCE_SECRET",
        "seals sessions and tokens of others, and the secrets in connection.toml (made and kept in the data folder)",
    ),
];

/// All settings with their meaning and default.
#[must_use]
pub fn reference() -> String {
    let mut text = String::from(
        "Settings (environment, or [parlance] in the configuration file, or what `parlance connect` left in the data folder):\n",
    );
    for (variable, meaning) in SETTINGS {
        text.push_str(&format!("  {variable:<38} {meaning}\n"));
    }
    text
}
