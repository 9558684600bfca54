# A part of the shell driver, evaluated when a program wants variables to be kept: after each cell a process that is no
# child of ours writes variables, functions, aliases, options and the folder, as text that a fresh shell evaluates.
declare -gA __oi_initial=()

# What the variables were before the first cell: what is still so is not kept. 
__oi_note_initial() {
    local __oi_name
    while builtin read -r __oi_name; do
        case ${!__oi_name@a} in *[aA]*) continue ;; esac
        __oi_initial[$__oi_name]=${!__oi_name@A}
    done <<<"$(builtin compgen -v)"  # <( ) would set $!
}

__oi_keep() {
    local number=$__oi_due
    __oi_due=
    if [[ $__oi_keep_path ]]; then ( ( __oi_save "$number" ) </dev/null >/dev/null 2>&1 13<&- & ); fi
}

# In a process of its own, which starts as few others as it can: what a builtin says goes through a file.
__oi_save() {
    builtin trap '' INT
    builtin umask 077
    builtin printf oi-snapshot >"/proc/$BASHPID/comm"
    local __oi_part=$__oi_keep_path.$BASHPID __oi_count=0 __oi_body= __oi_why= __oi_head=() __oi_said=()
    { builtin shopt -p; builtin echo; builtin compgen -v; builtin echo; builtin declare -F; } >"$__oi_part"
    builtin mapfile -t __oi_said <"$__oi_part"
    __oi_declarations 2>/dev/null >"$__oi_part"
    builtin mapfile -d '' -n 1 __oi_body <"$__oi_part"
    builtin printf 'open-interpreter state 1\ncell %d\nkept %d\nlost \n\n%s__oi_is_whole=%d\n' "$1" "$__oi_count" "$__oi_body" "$__oi_count" \
        >"$__oi_part" || __oi_why='the file could not be written'
    if [[ -r $__oi_keep_path ]]; then builtin mapfile -t -n 2 __oi_head <"$__oi_keep_path"; fi
    if [[ $__oi_why || ${__oi_head[1]-} == 'cell '+([0-9]) && ${__oi_head[1]#cell } -gt $1 ]]; then
        builtin command rm -f -- "$__oi_part"  # a later cell was quicker
    else
        builtin command mv -f -- "$__oi_part" "$__oi_keep_path" || __oi_why='the file could not be replaced'
    fi
    __oi_frame kept "$1" "$__oi_why"
}

# Of what is in the caller's __oi_said, counted in its __oi_count.
__oi_declarations() {
    local __oi_name __oi_at=0
    builtin printf 'builtin cd -- %q\n__oi_keeps_errexit=%s\n' "$PWD" "$__oi_keeps_errexit"
    for ((; __oi_at < ${#__oi_said[@]}; __oi_at++)); do
        __oi_name=${__oi_said[__oi_at]}
        case $__oi_name in '') break ;; *' login_shell' | *' restricted_shell' | *' expand_aliases') ;; *) builtin printf '%s\n' "$__oi_name" ;; esac
    done
    builtin set +o
    builtin set +eu
    while __oi_name=${__oi_said[++__oi_at]-} && [[ $__oi_name ]]; do
        case $__oi_name in
            __oi_* | BASH* | EPOCH* | COMP_* | SRANDOM | RANDOM | SECONDS | LINENO | PPID | UID | EUID | GROUPS | FUNCNAME | PIPESTATUS | DIRSTACK) continue ;;
            HISTCMD | SHELLOPTS | OPTIND | OPTARG | OPTERR | _ | PWD | OLDPWD | SHLVL | HOSTTYPE | MACHTYPE | OSTYPE | MAPFILE) continue ;;
        esac
        case ${!__oi_name@a} in
            *[aA]*) ;;
            *) if [[ ${__oi_initial[$__oi_name]-} == "${!__oi_name@A}" && ${!__oi_name+set} ]]; then continue; fi ;;
        esac
        builtin declare -p "$__oi_name" && __oi_count=$((__oi_count + 1))
    done
    for __oi_name in "${!__oi_initial[@]}"; do
        if ! builtin declare -p "$__oi_name" >/dev/null; then builtin printf 'builtin unset -v %s\n' "$__oi_name"; fi
    done
    while __oi_name=${__oi_said[++__oi_at]-} && [[ $__oi_name ]]; do
        case ${__oi_name##* } in __oi_* | trap) continue ;; esac
        builtin declare -f "${__oi_name##* }" && __oi_count=$((__oi_count + 1))
    done
    builtin alias -p
}
