# shellcheck shell=bash
# Brings what building and testing need and is not there yet. Needs progress.sh and REPOSITORY (the clone's folder).
#
# Everything that can be used again by another clone lives in one cache folder:
#   target/      what cargo compiled (CARGO_TARGET_DIR)
#   tools/bin    cargo-leptos and wasm-bindgen

CARGO_LEPTOS_VERSION=0.3.10
RUST_AT_LEAST=1.95

PARLANCE_CACHE="${PARLANCE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/parlance}"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PARLANCE_CACHE/target}"
export PATH="$PARLANCE_CACHE/tools/bin:$REPOSITORY/node_modules/.bin:$PATH"
mkdir -p "$PARLANCE_CACHE/tools/bin"

# Cargo never throws anything away: every clone, release and flag adds to its folder. Past this size it is emptied, unless
# a cargo works in it right now.
PARLANCE_CACHE_LIMIT_GB=${PARLANCE_CACHE_LIMIT_GB:-40}

prune_cache() {
    local size lock
    [[ -d $CARGO_TARGET_DIR ]] || return 0
    size=$(du -s --block-size=1G "$CARGO_TARGET_DIR" 2>/dev/null | cut -f1) || true
    ((${size:-0} > PARLANCE_CACHE_LIMIT_GB)) || return 0
    for lock in "$CARGO_TARGET_DIR"/*/.cargo-lock "$CARGO_TARGET_DIR"/*/*/.cargo-lock; do
        [[ ! -e $lock ]] || flock --nonblock "$lock" true || return 0
    done
    say "  $(printf '%6s' -)  cargo's folder holds $size GB, more than PARLANCE_CACHE_LIMIT_GB=$PARLANCE_CACHE_LIMIT_GB: emptied"
    rm -rf "$CARGO_TARGET_DIR"
}

present() { command -v "$1" >/dev/null 2>&1; }

# Debian packages; asks for help where we may not install them ourselves.
debian_packages() {
    if ! present apt-get; then
        failed "these programs are missing and this is no Debian: install what the packages '$*' hold"
    elif ((EUID != 0)); then
        failed "please run: sudo apt-get update && sudo apt-get install $*"
    fi
    step "Debian packages: $*" install_debian_packages "$@"
}

install_debian_packages() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q update
    apt-get -q install -y --no-install-recommends "$@"
}

need_rust() {
    present cargo || failed "Rust is missing: install it with rustup, then run this again"
    local version
    version=$(rustc --version | cut -d' ' -f2)
    if [[ $(printf '%s\n' "$RUST_AT_LEAST" "$version" | sort -V | head -n 1) != "$RUST_AT_LEAST" ]]; then
        failed "Rust $RUST_AT_LEAST or newer is needed and this is $version: run 'rustup update stable'"
    fi
}

need_node() {
    present npm || failed "Node.js 20 or newer with npm is missing"
}

# A C compiler for SQLite and ring; make and perl for the OpenSSL inside cargo-leptos.
need_c_toolchain() {
    local wanted=()
    present cc || wanted+=(gcc libc6-dev)
    present make || wanted+=(make)
    present pkg-config || wanted+=(pkg-config)
    perl -MFindBin -MIPC::Cmd -e 1 2>/dev/null || wanted+=(perl)
    # With it, cargo-leptos need not compile an OpenSSL of its own.
    if ((EUID == 0)) && present apt-get && ! present cargo-leptos && ! pkg-config --exists openssl 2>/dev/null; then
        wanted+=(libssl-dev)
    fi
    if ((${#wanted[@]})); then debian_packages "${wanted[@]}"; fi
}

# The servers and the browser that tests run against.
need_test_servers() {
    local wanted=()
    present postgres || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || wanted+=(postgresql)
    present redis-server || wanted+=(redis-server)
    [[ -x ${PARLANCE_CHROMIUM:-/usr/bin/chromium} ]] || wanted+=(chromium)
    if ! present fc-list || [[ -z $(fc-list : family 2>/dev/null) ]]; then wanted+=(fontconfig fonts-liberation); fi
    present setpriv || wanted+=(util-linux)
    if ((${#wanted[@]})); then debian_packages "${wanted[@]}"; fi
}

need_wasm_target() {
    if rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null | xargs -I{} test -d {}; then return; fi
    step "Rust's wasm target" rustup target add wasm32-unknown-unknown
}

# npm's tools: installed in the background, because compiling does not wait for them.
need_npm_tools() {
    local stamp="$REPOSITORY/node_modules/.installed-from"
    if cmp -s "$REPOSITORY/package-lock.json" "$stamp"; then return; fi
    aside "npm tools" install_npm_tools "$stamp"
}

install_npm_tools() {
    cd "$REPOSITORY" || return
    npm ci --ignore-scripts --no-audit --no-fund
    cp package-lock.json "$1"
}

# Downloads the crates of Cargo.lock while something else compiles.
fetch_crates() {
    if [[ ! -d $CARGO_TARGET_DIR ]]; then aside "crate downloads" cargo fetch --locked; fi
}

wasm_bindgen_version() {
    sed -n 's/^wasm-bindgen = "=\([0-9.]*\)"$/\1/p' "$REPOSITORY/Cargo.toml"
}

need_cargo_tools() {
    local wasm_bindgen
    wasm_bindgen=$(wasm_bindgen_version)
    [[ -n $wasm_bindgen ]] || failed "Cargo.toml pins no wasm-bindgen version"
    if [[ $(wasm-bindgen --version 2>/dev/null) != "wasm-bindgen $wasm_bindgen" ]]; then
        # Its own lock file names crates that were withdrawn, so cargo chooses: none that wants a newer Rust.
        step "wasm-bindgen $wasm_bindgen (once)" \
            install_cargo_tool 1 "wasm-bindgen-cli@$wasm_bindgen" --bin wasm-bindgen
    fi
    if [[ $(cargo-leptos --version 2>/dev/null) != "cargo-leptos $CARGO_LEPTOS_VERSION" ]]; then
        # It mostly waits for other programs: optimising it would cost more minutes than it ever gives back. Only the
        # compression of the page's files is its own work.
        step "cargo-leptos $CARGO_LEPTOS_VERSION (once)" \
            install_cargo_tool 0 --config profile.release.package.brotli.opt-level=2 "cargo-leptos@$CARGO_LEPTOS_VERSION" --locked --features no_downloads
    fi
}

# Compiles a tool with optimisation level $1 and a profile that favours a short build. Outside the clone: the clone's
# settings are not the tool's.
install_cargo_tool() {
    local level=$1 build="$PARLANCE_CACHE/tools/build"
    shift
    cd "$PARLANCE_CACHE/tools" || return
    export CARGO_TARGET_DIR="$build"
    export CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback
    export CARGO_PROFILE_RELEASE_OPT_LEVEL="$level" CARGO_PROFILE_RELEASE_LTO=off
    export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=64 CARGO_PROFILE_RELEASE_DEBUG=false CARGO_PROFILE_RELEASE_STRIP=symbols
    if pkg-config --exists openssl 2>/dev/null; then export OPENSSL_NO_VENDOR=1; fi
    cargo install "$@" --force --root "$PARLANCE_CACHE/tools"
    rm -rf "$build"
}
