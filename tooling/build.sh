# shellcheck shell=bash
# Builds the program, but only if something it is made of has changed. Needs progress.sh and prerequisites.sh.

# What the server and the page are made of.
SOURCES=(.cargo Cargo.toml Cargo.lock Leptos.toml app frontend migrations public server style package-lock.json
    tooling/build.sh tooling/prerequisites.sh)

# One line that changes when the sources, the compiler or the build's kind ($1) change.
fingerprint() {
    cd "$REPOSITORY" || return
    local source existing=()
    for source in "${SOURCES[@]}"; do [[ -e $source ]] && existing+=("$source"); done
    {
        printf '%s\n' "$1" "$CARGO_TARGET_DIR"
        rustc --version
        find "${existing[@]}" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
    } | sha256sum | cut -d' ' -f1
}

# What the page loads from npm's packages goes where its other files are: the colours of code, with their licence.
ASIDE_FILES=public/highlight

copy_page_files() {
    local source=$REPOSITORY/node_modules/@highlightjs/cdn-assets target=$REPOSITORY/$ASIDE_FILES
    mkdir -p "$target"
    cmp -s "$source/highlight.min.js" "$target/highlight.min.js" || cp -f "$source/highlight.min.js" "$target/"
    cmp -s "$source/LICENSE" "$target/LICENSE.txt" || cp -f "$source/LICENSE" "$target/LICENSE.txt"
}

# Where the release stands: apart from target/site, which `cargo leptos watch` writes to, and from the cargo folder, which
# other clones share.
RELEASE=target/release-build

# Makes $RELEASE/parlance and $RELEASE/site.
build_release() {
    local stamp="$REPOSITORY/$RELEASE/built-from" now
    copy_page_files
    now=$(fingerprint release)
    if [[ -x $REPOSITORY/$RELEASE/parlance && $(cat "$stamp" 2>/dev/null) == "$now" ]]; then
        skipped "release build" "nothing changed"
        return
    fi
    rm -f "$stamp"
    step "release build" cargo_leptos_release
    printf '%s\n' "$now" >"$stamp"
}

cargo_leptos_release() {
    cd "$REPOSITORY" || return
    mkdir -p "$RELEASE"
    export LEPTOS_SITE_ROOT="$RELEASE/site"
    # Side by side: the page ends in steps that use one core only, and with --precompress cargo-leptos itself would have
    # the server wait for them.
    cargo leptos build --release --server-only &
    local server=$!
    cargo leptos build --release --precompress --frontend-only
    wait "$server"
    cp -f "$CARGO_TARGET_DIR/release/parlance" "$RELEASE/parlance.new"
    mv -f "$RELEASE/parlance.new" "$RELEASE/parlance"
    # Names of files with hashes in them, if they have: the server looks for it beside itself.
    if [[ -e $CARGO_TARGET_DIR/release/hash.txt ]]; then cp -f "$CARGO_TARGET_DIR/release/hash.txt" "$RELEASE/hash.txt"; fi
}
