# The shell driver: functions for the loop that languages/shell.cc starts bash with (see docs/protocol.md).
# Cells are evaluated by that loop at the top level, not in a function, so that `declare` makes globals; all of it is
# on line 1, so that $LINENO counts the cell's lines. Everything here must bear set -e and set -u.
shopt -s expand_aliases
__oi_cell= __oi_code= __oi_status=0 __oi_keeps_errexit= __oi_exit_action= __oi_has_debug= __oi_stopped=
__oi_line=0 __oi_hits=0 __oi_told=0 __oi_debug= __oi_due= __oi_keep_path= __oi_restoring= __oi_is_whole=

# Nothing a cell starts may hold our descriptors. bash has no word for close-on-exec, but the copy that it keeps of a
# descriptor while a redirection lasts (the first free one from 10 on) has it, and duplicating passes it on, except to
# 0, 1 and 2: by way of 2 the shell that comes after this one gets ours without it.
__oi_close_on_exec() {
    __oi_free_descriptor
    { exec 16>&"$__oi_free"; } 14>&-
    exec 14>&16 16>&-  # an exec within such a redirection lasts only for what was closed before
    __oi_free_descriptor
    { exec 16<&"$__oi_free"; } 13<&-
    exec 13<&16 16<&-
    __oi_free_descriptor
    { exec 16>&"$__oi_free"; } 1>&-
    exec 17>&16 16>&-
}
__oi_free_descriptor() {
    __oi_free=10
    while [[ -e /proc/self/fd/$__oi_free ]]; do __oi_free=$((__oi_free + 1)); done
}

# __oi_frame NAME NUMBER [PAYLOAD]: payload in ASCII.
__oi_frame() {
    builtin printf '%s %d %d\n%s' "$1" "$2" "${#3}" "$3" >&14
}

# Ends the cell before, then waits for the next one: $__oi_code.
__oi_next() {
    if [[ ! -e /dev/fd/1 ]]; then exec 1>&17; fi
    if [[ ! -e /dev/fd/2 ]]; then exec 2>&17; fi
    if [[ $__oi_cell ]]; then
        __oi_keeps_errexit=
        if [[ $- == *e* ]]; then __oi_keeps_errexit=1; set +e; fi
        __oi_end "$__oi_status" ''
    fi
    if [[ $__oi_restoring ]]; then __oi_restored; fi
    if [[ $__oi_due && $__oi_keep_path ]]; then __oi_keep; fi
    builtin trap __oi_on_exit EXIT
    builtin trap __oi_on_interrupt INT
    local kind number length
    while :; do
        IFS=' ' builtin read -r kind number length <&13 || builtin exit 0
        __oi_code=
        if ((length > 0)); then LC_ALL=C IFS= builtin read -r -N "$length" __oi_code <&13 || builtin exit 0; fi
        case $kind in
            run) break ;;
            keep)
                __oi_keep_path=${__oi_code%%$'\n'*}
                builtin eval "${__oi_code#*$'\n'}"
                __oi_note_initial
                ;;
            restore)  # as a cell is evaluated, so that it declares globals
                __oi_restoring=1 __oi_is_whole= __oi_debug=
                __oi_code='{ builtin eval "$(builtin command tail -n +6 -- "$__oi_keep_path")"; } 2>/dev/null'
                return 0
                ;;
        esac
    done
    # `set -n` cannot be taken back: the session would never run anything again.
    local no_execution='(^|[;&|({'$'\n''])[[:space:]]*set[[:space:]]+([-+][a-zA-Z]+[[:space:]]+)*(-[a-zA-Z]*n|-o[[:space:]]+noexec)'
    if [[ $__oi_code =~ $no_execution ]]; then __oi_code="( $__oi_code"$'\n)'; fi
    __oi_cell=$number __oi_stopped=
    __oi_begin_lines
    return 0
}

# Reports the first line that is no comment, and prepares the trap that reports the others. Tracing shows traps
# too: then there is none.
__oi_begin_lines() {
    local rest=$__oi_code line
    __oi_line=1 __oi_hits=0 __oi_told=${EPOCHREALTIME/[.,]/} __oi_debug=
    while [[ $rest == *$'\n'* ]]; do
        line=${rest%%$'\n'*}
        line=${line#"${line%%[![:space:]]*}"}
        if [[ $line && $line != '#'* ]]; then break; fi
        rest=${rest#*$'\n'} __oi_line=$((__oi_line + 1))
    done
    __oi_frame line "$__oi_line" ''
    if [[ ! $__oi_has_debug && $__oi_code != *'set -'*x* && $__oi_code != *xtrace* ]]; then
        __oi_debug='((LINENO == __oi_line && ++__oi_hits < 3000)) || __oi_at "$LINENO" || builtin trap - DEBUG'
    fi
}

__oi_restored() {
    __oi_restoring= __oi_status=0
    if [[ $__oi_is_whole ]]; then
        __oi_frame restored 0 "$__oi_is_whole 0"$'\n'
    else
        __oi_frame restored 0 'the file is damaged'
    fi
}

# __oi_end STATUS NOTE
__oi_end() {
    local status=$1 note= result=ok
    if [[ $status != 0 ]]; then result=error note="exit status $status"; fi
    if ((status > 128 && status < 193)); then note+=" (signal $((status - 128)))"; fi
    if [[ $__oi_stopped ]]; then result=interrupted note=; fi
    if [[ $2 ]]; then note+="${note:+; }$2"; fi
    __oi_frame end "$__oi_cell" "$result${note:+$'\n'}$note"
    __oi_due=$__oi_cell
    __oi_cell=
}

# The last thing before a cell: its $? is that of the cell before.
__oi_enter() {
    if [[ $__oi_keeps_errexit ]]; then set -e; return 0; fi
    return "$__oi_status"
}

# Called before a command whose line is not the one before. Lines further down are told at once, others twenty
# times a second. A loop of thousands of quick commands ends the telling: a call costs as much as a command. Line 1
# also stands for the driver's own loop, so that no way leads back to it. (A function cannot drop the trap for good:
# bash puts it back when the function returns.)
__oi_at() {
    local now=${EPOCHREALTIME/[.,]/}
    if (($1 > __oi_line || ($1 > 1 && now - __oi_told > 50000))); then
        if ((now - __oi_told > 50000 && __oi_hits < 300)); then __oi_hits=0; fi
        __oi_told=$now
        __oi_line=$1
        builtin printf 'line %d 0\n' "$1" >&14
    fi
    return $((++__oi_hits > 3000))
}

__oi_on_interrupt() {
    if [[ $__oi_cell ]]; then __oi_stopped=1; builtin exit 130; fi
}

# `exit`, `set -e`, an unset variable under -u, an interrupt: they end the shell, but not the session. The process
# becomes a fresh bash that takes over variables, functions, aliases, options and traps.
__oi_on_exit() {
    __oi_status=$?
    { set +x +v; } 2>/dev/null
    builtin trap - DEBUG EXIT
    __oi_keeps_errexit=
    if [[ $- == *e* ]]; then __oi_keeps_errexit=1; set +e; fi
    if [[ ! $__oi_cell ]]; then return; fi
    if [[ ! $__oi_stopped ]]; then
        local action=$__oi_exit_action
        __oi_exit_action=
        builtin eval "$action"
    fi
    __oi_end "$__oi_status" "$([[ $__oi_stopped ]] || builtin echo 'the shell ended; a fresh one took over its variables, functions and folder')"
    local state posix=
    if [[ -o posix ]]; then posix='set -o posix'; set +o posix; fi  # in which a failing assignment would end the next shell
    state=$(
        builtin shopt -p
        builtin declare -p
        builtin declare -f
        builtin alias -p
        builtin trap -p | builtin command grep -v ' \(SIGINT\|EXIT\)$'
        builtin set +o
        builtin echo "$posix"
    ) 2>/dev/null
    exec "$BASH" --norc --noprofile -c "$BASH_EXECUTION_STRING" bash restored 15<<<"$state" \
        16>&2 2>&14 14>&2 2<&13 13<&2 2>&16 16>&-
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
            DEBUG) __oi_trap_debug "$1" ;;
            *) others+=("$signal") ;;
        esac
    done
    if ((${#others[@]})); then builtin trap -- "$1" "${others[@]}"; fi
}

# The cell's own DEBUG trap does not run for the lines of the driver. bash puts the trap of before back if there is none
# when a function returns: so one is never dropped here.
__oi_trap_debug() {
    __oi_debug=
    if [[ $1 == - ]]; then __oi_has_debug=; builtin trap : DEBUG; return; fi
    __oi_has_debug=1
    builtin trap -- "[[ \$BASH_COMMAND == *__oi_* || \$BASH_COMMAND == 'set +x +v' ]] || { $1"$'\n}' DEBUG
}

# pty COMMAND...: gives a command a terminal for its output too.
pty() {
    local line term=${TERM-}
    builtin printf -v line '%q ' "$@"
    if [[ ! $term || $term == dumb ]]; then term=xterm-256color; fi
    TERM=$term SHELL=$BASH command script -qec "$line" /dev/null
}
