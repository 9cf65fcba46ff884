//! What the browser downloads holds nothing of the server: a look at the crates the wasm file is made of.

use std::{path::Path, process::Command};

/// Crates that would mean server code in the page, or hundreds of kilobytes for nothing.
const SERVER_ONLY: [&str; 22] = [
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
    "tokio",
    "tungstenite",
    "workspace",
];

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
        .args(["--prefix", "none", "--format", "{p}", "--offline", "--locked"])
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
}
