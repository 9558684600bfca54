# The shell driver: functions for the loop that languages/shell.cc starts bash with (see docs/protocol.md).
# Cells are evaluated by that loop at the top level, not in a function, so that `declare` makes globals; all of it is
# on line 1, so that $LINENO counts the cell's lines. While a cell runs, the descriptors of the frames are closed by a
# redirection that bash undoes afterwards: what the cell starts cannot hold them. Everything here must bear set -e, -u.
shopt -s expand_aliases
__oi_cell= __oi_code= __oi_status=0 __oi_keeps_errexit= __oi_exit_action= __oi_has_debug= __oi_stopped=
__oi_line=0 __oi_hits=0 __oi_told=0 __oi_out=10

# __oi_frame NAME NUMBER [PAYLOAD]: payload in ASCII.
__oi_frame() {
    builtin printf '%s %d %d\n%s' "$1" "$2" "${#3}" "$3" >&14
}

# Ends the cell before, then waits for the next one: $__oi_code.
__oi_next() {
    if [[ $__oi_cell ]]; then
        builtin trap - DEBUG
        __oi_keeps_errexit=
        if [[ $- == *e* ]]; then __oi_keeps_errexit=1; set +e; fi
        __oi_end "$__oi_status" ''
    fi
    builtin trap __oi_on_exit EXIT
    builtin trap __oi_on_interrupt INT
    local kind number length
    while :; do
        IFS=' ' builtin read -r kind number length <&13 || builtin exit 0
        __oi_code=
        if ((length > 0)); then LC_ALL=C IFS= builtin read -r -N "$length" __oi_code <&13 || builtin exit 0; fi
        if [[ $kind == run ]]; then break; fi
    done
    __oi_cell=$number __oi_stopped=
    __oi_line=0 __oi_hits=0 __oi_told=0 __oi_out=10
    # Where bash will put its own copy of descriptor 14 while the cell runs: the first that is free.
    while [[ -e /proc/self/fd/$__oi_out ]]; do __oi_out=$((__oi_out + 1)); done
    return 0
}

# __oi_end STATUS NOTE
__oi_end() {
    local status=$1 note= result=ok
    if [[ $status != 0 ]]; then result=error note="exit status $status"; fi
    if ((status > 128 && status < 193)); then note+=" (signal $((status - 128)))"; fi
    if [[ $__oi_stopped ]]; then result=interrupted note=; fi
    if [[ $2 ]]; then note+="${note:+; }$2"; fi
    __oi_frame end "$__oi_cell" "$result${note:+$'\n'}$note"
    __oi_cell=
}

# The last thing before a cell: its $? is that of the cell before.
__oi_enter() {
    if [[ ! $__oi_has_debug && -p /proc/self/fd/$__oi_out ]]; then
        builtin trap '((LINENO == __oi_line)) || __oi_at "$LINENO"' DEBUG
    fi
    if [[ $__oi_keeps_errexit ]]; then set -e; return 0; fi
    return "$__oi_status"
}

# Called before a command whose line is not the one before. Lines further down are told at once, others twenty
# times a second. A loop that runs thousands of commands in less ends the telling: each call costs as much as a command.
__oi_at() {
    local now=${EPOCHREALTIME/[.,]/}
    if (($1 > __oi_line || now - __oi_told > 50000)); then
        __oi_told=$now __oi_hits=0
        builtin printf 'line %d 0\n' "$1" >&"$__oi_out"
        __oi_line=$1
    elif ((++__oi_hits > 2000)); then
        builtin trap - DEBUG
    fi
} 2>/dev/null

__oi_on_interrupt() {
    if [[ $__oi_cell ]]; then __oi_stopped=1; builtin exit 130; fi
}

# `exit`, `set -e`, an unset variable under -u, an interrupt: they end the shell, but not the session. The process
# becomes a fresh bash that takes over variables, functions, aliases, options and traps.
__oi_on_exit() {
    __oi_status=$?
    builtin trap - DEBUG EXIT
    { set +x +v; } 2>/dev/null
    __oi_keeps_errexit=
    if [[ $- == *e* ]]; then __oi_keeps_errexit=1; set +e; fi
    if [[ ! $__oi_cell ]]; then return; fi
    if [[ ! $__oi_stopped ]]; then
        local action=$__oi_exit_action
        __oi_exit_action=
        builtin eval "$action"
    fi
    __oi_end "$__oi_status" "$([[ $__oi_stopped ]] || builtin echo 'the shell ended; a fresh one took over its variables, functions and folder')"
    local state
    state=$(
        builtin shopt -p
        builtin declare -p
        builtin declare -f
        builtin alias -p
        builtin trap -p | builtin command grep -v ' \(SIGINT\|EXIT\)$'
        builtin set +o
    ) 2>/dev/null
    exec "$BASH" --norc --noprofile -c "$BASH_EXECUTION_STRING" bash restored 15<<<"$state"
}

# A cell's own EXIT trap runs when the cell ends the shell; ours stays in place.
trap() {
    if [[ $BASHPID != "$$" || $# -lt 2 || $1 == -[lp]* ]]; then builtin trap "$@"; return; fi
    local others=() signal
    if [[ $1 == -- ]]; then shift; fi
    for signal in "${@:2}"; do
        case $signal in
            EXIT | exit | 0) if [[ $1 == - ]]; then __oi_exit_action=; else __oi_exit_action=$1; fi ;;
            INT | SIGINT | 2) if [[ $1 == - ]]; then builtin trap __oi_on_interrupt INT; else others+=(INT); fi ;;
            DEBUG) __oi_has_debug=1 others+=(DEBUG) ;;
            *) others+=("$signal") ;;
        esac
    done
    if ((${#others[@]})); then builtin trap -- "$1" "${others[@]}"; fi
}
