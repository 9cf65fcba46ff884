# shellcheck shell=bash
# Shows what is happening while it happens: every step has a name, a clock and the last line of its output.
#
#   step NAME COMMAND…      runs COMMAND with its output in a log; prints one line when it is done
#   aside NAME COMMAND…     the same in the background; `join_asides` waits for all of them
#   skipped NAME REASON     says that a step was not needed
#   failed MESSAGE          ends the script with a message

PROGRESS_STARTED=$SECONDS
PROGRESS_LOGS="${PROGRESS_LOGS:-$(mktemp -d "${TMPDIR:-/tmp}/parlance-log.XXXXXX")}"
PROGRESS_ASIDES=()
PROGRESS_RUNNING=()

if [[ -t 2 ]]; then PROGRESS_LIVE=yes; else PROGRESS_LIVE=no; fi

# 75 -> "1m15s"
readable_seconds() {
    if (($1 < 60)); then printf '%ds' "$1"; else printf '%dm%02ds' $(($1 / 60)) $(($1 % 60)); fi
}

say() { printf '%s\n' "$*" >&2; }

failed() {
    say "error: $*"
    exit 1
}

skipped() { say "  $(printf '%6s' -)  $1: $2"; }

# Runs a command with its output in log $1, as a process group of its own so that stopping it stops its children.
begin() {
    local log=$1
    shift
    rm -f "$log.status" "$log.ended"
    set -m
    (
        # Cargo's counter of crates goes into the log; last_words shows it.
        export CARGO_TERM_PROGRESS_WHEN=always CARGO_TERM_PROGRESS_WIDTH=100 CARGO_TERM_COLOR=never
        trap 'printf "%s\n" "$?" >"$log.status"' EXIT
        "$@"
        printf '%s\n' "$SECONDS" >"$log.ended"
    ) </dev/null >"$log" 2>&1 &
    set +m
    PROGRESS_RUNNING+=($!)
}

stop_what_runs() {
    local pid
    for pid in "${PROGRESS_RUNNING[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
}
trap stop_what_runs EXIT
trap 'say ""; exit 130' INT
trap 'exit 143' TERM

log_of() { printf '%s/%s.log' "$PROGRESS_LOGS" "$(tr -cs 'A-Za-z0-9' - <<<"$1" | sed 's/-*$//')"; }

# The last thing a log says, as one short line; cargo redraws its counter with carriage returns.
last_words() {
    local width=$(($2 > 20 ? $2 : 20))
    tail -c 4096 "$1" 2>/dev/null | tr '\r' '\n' | sed -e $'s/\033\\[[0-9;?]*[A-Za-z]//g' -e '/^[[:space:]]*$/d' |
        tail -n 1 | sed -e 's/^[[:space:]]*//' | cut -c "1-$width"
}

# How the process $1, whose log is $2, ended. It says so in a file: the shell forgets the status of a process that ended
# long ago when a later one gets the same number.
ended_with() {
    wait "$1" 2>/dev/null || true
    cat "$2.status" 2>/dev/null || echo 1
}

# Follows process $1, called $2, whose log is $3, until it ends.
watch_until_done() {
    local pid=$1 name=$2 log=$3 begun=$SECONDS next=$((SECONDS + 15)) now words
    while [[ ! -e $log.status ]] && kill -0 "$pid" 2>/dev/null; do
        now=$((SECONDS - begun))
        if [[ $PROGRESS_LIVE == yes ]]; then
            words=$(last_words "$log" $(("${COLUMNS:-$(tput cols 2>/dev/null || echo 80)}" - ${#name} - 14)))
            printf '\r\033[K  %6s  %s  \033[2m%s\033[0m' "$(readable_seconds "$now")" "$name" "$words" >&2
            sleep 0.5
        else
            if ((SECONDS >= next)); then
                say "  $(printf '%6s' "$(readable_seconds "$now")")  $name …  $(last_words "$log" 100)"
                next=$((SECONDS + 15))
            fi
            sleep 0.2
        fi
    done
    if [[ $PROGRESS_LIVE == yes ]]; then printf '\r\033[K' >&2; fi
}

# Prints the end of a failed step's log and ends the script.
report_failure() {
    local name=$1 log=$2 status=$3
    say ""
    say "failed: $name (exit status $status). The last lines of $log:"
    tail -n 60 "$log" | tr '\r' '\n' | sed 's/^/    /' >&2
    exit "$status"
}

step() {
    local name=$1 begun=$SECONDS log pid status
    shift
    log=$(log_of "$name")
    if [[ $PROGRESS_LIVE == no ]]; then say "          $name …"; fi
    begin "$log" "$@"
    pid=$!
    watch_until_done "$pid" "$name" "$log"
    status=$(ended_with "$pid" "$log")
    if ((status != 0)); then report_failure "$name" "$log" "$status"; fi
    say "  $(printf '%6s' "$(readable_seconds $((SECONDS - begun)))")  $name: done"
}

aside() {
    local name=$1 log
    shift
    log=$(log_of "$name")
    begin "$log" "$@"
    PROGRESS_ASIDES+=("$!|$name|$log|$SECONDS")
}

join_asides() {
    local entry pid name log begun status
    for entry in "${PROGRESS_ASIDES[@]}"; do
        IFS='|' read -r pid name log begun <<<"$entry"
        watch_until_done "$pid" "$name" "$log"
        status=$(ended_with "$pid" "$log")
        if ((status != 0)); then report_failure "$name" "$log" "$status"; fi
        say "  $(printf '%6s' "$(readable_seconds $(($(cat "$log.ended") - begun)))")  $name: done (in the background)"
    done
    PROGRESS_ASIDES=()
}

elapsed() { readable_seconds $((SECONDS - PROGRESS_STARTED)); }
