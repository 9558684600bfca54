# The zsh driver: functions for the loop that languages/zsh.cc starts zsh with (see docs/protocol.md). Cells are evaluated by
# that loop at the top level, so that `typeset` makes globals. The library that is preloaded makes our descriptors close-on-exec.
zmodload zsh/system zsh/parameter
typeset -g __oi_cell= __oi_code= __oi_status=0 __oi_keeps_errexit= __oi_stopped= __oi_wanted= __oi_left= __oi_line=0 __oi_hits=0 __oi_retries=0
typeset -gr __oi_wall=1  # an assignment to it ends whatever runs

__oi_frame() { builtin syswrite -o $__oi_out "$1 $2 ${#3}"$'\n'"$3" }  # payload in ASCII

# Reads a frame: $__oi_name, $__oi_number, $__oi_payload.
__oi_receive() {
    emulate -L zsh
    setopt no_multibyte
    local header= byte piece
    while [[ $byte != $'\n' ]]; do
        builtin sysread -i $__oi_in -s 1 byte || { [[ $? == 2 ]] && [[ $ERRNO == ${errnos[(i)EINTR]} ]] && continue; builtin kill -9 $$ }
        header+=$byte
    done
    typeset -g __oi_name=${header%% *} __oi_payload=
    typeset -g __oi_number=${${header#* }%% *}
    local -i left=${${header##* }%$'\n'}
    while (( left > 0 )); do
        builtin sysread -i $__oi_in -s $left piece || continue
        __oi_payload+=$piece
        left=$(( left - ${#piece} ))
    done
}

# Ends the cell before, then waits for the next one: $__oi_code.
__oi_next() {
    __oi_status=$?
    if [[ -o errexit ]]; then __oi_keeps_errexit=1; builtin setopt no_errexit; fi
    if [[ $__oi_cell ]]; then __oi_end $__oi_status ''; fi
    while :; do
        __oi_receive
        if [[ $__oi_name == run ]]; then break; fi
    done
    __oi_cell=$__oi_number __oi_code=$__oi_payload __oi_stopped= __oi_left= __oi_line=0 __oi_hits=0 __oi_retries=0
    __oi_first_line
    return 0
}

__oi_first_line() {
    emulate -L zsh
    local line
    local -i number=0
    for line in "${(@f)__oi_code}"; do
        (( ++number ))
        line=${line##[[:space:]]#}
        if [[ -n ${line//[[:space:]]/} && ${line//[[:space:]]/} != '#'* ]]; then break; fi
    done
    __oi_line=$number
    __oi_frame line $number ''
}

# __oi_end STATUS NOTE
__oi_end() {
    emulate -L zsh
    local note= result=ok
    local -i code=$1
    if [[ $__oi_left ]]; then code=$__oi_left; fi
    if (( code )); then result=error note="exit status $code"; fi
    if (( code > 128 && code < 193 )); then note+=" (signal $(( code - 128 )))"; fi
    if [[ $__oi_stopped ]]; then result=interrupted note=; fi
    if [[ $2 ]]; then note+=${note:+; }$2; fi
    __oi_frame end $__oi_cell "$result${note:+
}$note"
    __oi_cell=
    __oi_status=$code
}

# The last thing before a cell: its $? is that of the cell before.
__oi_enter() {
    if [[ $__oi_keeps_errexit ]]; then __oi_keeps_errexit=; builtin setopt errexit; return 0; fi
    return $__oi_status
}

# Lines are told until three hundred commands have run.
__oi_at() {
    if (( ++__oi_hits > 300 )); then builtin trap - DEBUG; return; fi
    if (( $1 != __oi_line && $1 > 0 )); then
        __oi_line=$1
        builtin syswrite -o $__oi_out "line $1 0"$'\n'
    fi
}

# `exit` ends the cell. In a subshell it is itself.
exit() {
    if (( ZSH_SUBSHELL )) || [[ ! $__oi_cell ]]; then builtin exit "$@"; fi
    __oi_left=${1:-$?}
    __oi_end_cell
}

__oi_interrupt() {
    __oi_wanted=$__oi_cell
    __oi_insist
}

# Within a DEBUG trap and between the driver's own commands nothing can be ended: a signal, which nobody else minds, comes a
# moment later and tries again, if it is still the same cell.
__oi_insist() {
    if [[ ! $__oi_cell || $__oi_wanted != $__oi_cell ]]; then return; fi
    if [[ "$zsh_eval_context" != "cmdarg eval"* || "$zsh_eval_context" == *trap*trap* ]] && (( ++__oi_retries < 50 )); then
        builtin trap - DEBUG
        ( builtin kill -URG $$; builtin kill -KILL ${sysparams[pid]} ) &!  # which must not write what is in its copy of our buffers
        return
    fi
    __oi_stopped=1
    __oi_end_cell
}

__oi_end_cell() {
    if [[ -o errexit ]]; then
        __oi_keeps_errexit=1
        builtin setopt no_errexit
    fi
    __oi_wall=0
} 2>/dev/null

# What ends the shell all the same (`set -e`): the process becomes a fresh zsh that takes over what was defined.
__oi_on_exit() {
    local -i code=$?
    if [[ ! $__oi_cell ]] || (( ZSH_SUBSHELL )); then return; fi
    local changed=$(builtin setopt)
    if [[ -o errexit ]]; then __oi_keeps_errexit=1; fi
    emulate -L zsh
    setopt extendedglob
    builtin trap - EXIT DEBUG
    __oi_end $code 'the shell ended; a fresh one took over its variables, functions and folder'
    local state=$(
        typeset -p ${${(k)parameters[(R)^*(special|readonly|local|autoload)*]}:#_} 2>/dev/null
        functions
        alias -L
        alias -gL
        alias -sL
        builtin print -r -- "setopt ${(f)changed:#(*errexit|*interactive|*monitor)} 2>/dev/null"
    )
    local in out library text
    exec {in}<&$__oi_in {out}>&$__oi_out {library}<&$__oi_library {text}<<<$state
    CELL_DESCRIPTORS="$in $out $library $text" LD_PRELOAD=/proc/self/fd/$library exec zsh -f -c $ZSH_EXECUTION_STRING zsh $in $out $library $text
}
