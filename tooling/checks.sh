# shellcheck shell=bash
# The parts of ./test. Needs progress.sh, prerequisites.sh and build.sh.

PHASES_FAILED=()

# phase NAME COMMAND…: runs it with its output shown; a failure is remembered and the next phase still runs.
phase() {
    local name=$1 begun=$SECONDS status=0
    shift
    say ""
    say "== $name"
    "$@" </dev/null || status=$?
    # Nothing may follow what the test runners say last, unless something went wrong.
    if ((status != 0)); then
        PHASES_FAILED+=("$name")
        say "== $name: FAILED after $(readable_seconds $((SECONDS - begun)))"
    else
        PHASE_TIMES+=("$(readable_seconds $((SECONDS - begun))) $name")
    fi
}
PHASE_TIMES=()

conclude() {
    if ((${#PHASES_FAILED[@]})); then
        local name
        say ""
        for name in "${PHASES_FAILED[@]}"; do say "failed: $name"; done
        say "after $(elapsed)"
        exit 1
    fi
    rm -rf "$PROGRESS_LOGS"
}

# As it is shipped, and with the pages in parts.
clippy_browser_side() {
    local features
    for features in '' apart; do
        cargo clippy --quiet --locked -p frontend --features "$features" --target wasm32-unknown-unknown -- -D warnings || return
    done
}

check_scripts() {
    if ! present shellcheck; then
        say "shellcheck is not installed: skipped"
        return
    fi
    shellcheck -x start test .ci/run tooling/*.sh
}

# cargo-deny costs too many minutes to compile for every run: used where it is installed (cargo install cargo-deny).
check_licences() {
    if ! present cargo-deny; then
        say "cargo-deny is not installed: skipped"
        return
    fi
    cargo deny --offline check bans licenses sources
}

# The page as the browser tests load it; the server beside it comes from `cargo build`. Without the flag that cargo-leptos
# adds to debug builds (erase_components): page and server must agree on it, and the release has none.
build_debug_page() {
    copy_page_files
    CARGO_ENCODED_RUSTFLAGS='' cargo leptos build --frontend-only
}

browser_tests() {
    say "times so far:"
    printf '   %s\n' "${PHASE_TIMES[@]}" >&2
    npx --no-install playwright test --config end2end/playwright.config.ts "$@"
}
