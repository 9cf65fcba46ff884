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

# build_release: target/parlance and target/site, ready to run from the clone's folder.
build_release() {
    local stamp="$REPOSITORY/target/parlance.built-from" now
    now=$(fingerprint release)
    if [[ -x $REPOSITORY/target/parlance && -d $REPOSITORY/target/site && $(cat "$stamp" 2>/dev/null) == "$now" ]]; then
        skipped "release build" "nothing changed"
        return
    fi
    rm -f "$stamp"
    step "release build" cargo_leptos_release
    printf '%s\n' "$now" >"$stamp"
}

cargo_leptos_release() {
    cd "$REPOSITORY" || return
    cargo leptos build --release
    place_beside_site release target/parlance
}

# The server finds hash.txt beside itself; another clone may use the same cargo folder, so the program is copied out.
place_beside_site() {
    local profile=$1 program=$2
    mkdir -p "$(dirname "$program")"
    cp -f "$CARGO_TARGET_DIR/$profile/parlance" "$program.new"
    mv -f "$program.new" "$program"
    if [[ -e $CARGO_TARGET_DIR/$profile/hash.txt ]]; then
        cp -f "$CARGO_TARGET_DIR/$profile/hash.txt" "$(dirname "$program")/hash.txt"
    fi
}
