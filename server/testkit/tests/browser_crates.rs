//! What the browser downloads holds nothing of the server: a look at the crates the wasm file is made of.

use std::{path::Path, process::Command};

/// Crates that would mean server code in the page, or hundreds of kilobytes for nothing.
const SERVER_ONLY: [&str; 21] = [
    "argon2",
    "axum",
    "bus",
    "erpnext",
    "fred",
    "hyper",
    "leptos_axum",
    "lettre",
    "migrations",
    "mio",
    "outbox",
    "parlance",
    "policy",
    "reqwest",
    "rustls",
    "sea-orm",
    "sqlx",
    "standin",
    "store",
    "tungstenite",
    "workspace",
];

/// What of tokio the page may have: its channels, which the bindings of IndexedDB wait with. Nothing that runs tasks.
const OF_TOKIO: [&str; 2] = ["default", "sync"];

#[test]
fn the_page_is_free_of_server_crates() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package",
            "frontend",
            "--target",
            "wasm32-unknown-unknown",
            "--edges",
            "normal",
        ])
        .args(["--prefix", "none", "--format", "{p} {f}", "--offline", "--locked"])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let crates: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(crates.contains(&"app"), "not the page's crates:\n{tree}");
    let intruders: Vec<&&str> = SERVER_ONLY.iter().filter(|name| crates.contains(*name)).collect();
    assert!(
        intruders.is_empty(),
        "in the page's wasm: {intruders:?}; `cargo tree -p frontend --target wasm32-unknown-unknown -i {}` tells why",
        intruders[0]
    );
    let tokio = tree.lines().find_map(|line| line.strip_prefix("tokio ")?.split(' ').nth(1));
    for feature in tokio.iter().flat_map(|features| features.split(',')) {
        assert!(OF_TOKIO.contains(&feature), "the page has tokio's {feature:?}");
    }
}
