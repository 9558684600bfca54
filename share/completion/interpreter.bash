# Completion of interpreter and i for bash. Made by `interpreter --completion=bash`.
_interpreter_flags="@FLAGS@"

# What can stand behind the flag $1; $2 is the program. Of files:FLAG, whether a file's name can.
_interpreter_values()
{
    case $1 in
@VALUES@    esac
}

_interpreter()
{
    local line=${COMP_LINE:0:COMP_POINT} program=${1/#\~/$HOME}
    # Bash cuts words at = and :, which are parts of ours.
    local current=${line##*[[:space:]]}
    local before=${line%"$current"}
    before=${before%"${before##*[![:space:]]}"}
    local previous=${before##*[[:space:]]} flag='' value=$current attached=''
    COMPREPLY=()
    if [[ $current == -*=* ]]; then
        flag=${current%%=*} value=${current#*=} attached=${current%%=*}=
    elif [[ $previous == -* && $previous != *=* ]]; then
        flag=$previous
    fi
    if [[ $flag == --* ]]; then
        flag=${flag:2}
        flag=--${flag//-/_}
    fi
    if [[ -z $attached ]]; then
        case $flag in
        @NEEDING@) ;;
        *) flag='' ;;
        esac
    fi
    if [[ -n $flag ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_interpreter_values "$flag" "$program")" -- "$value")
        if [[ -n $(_interpreter_values "files:$flag" "$program") ]]; then
            compopt -o filenames
            mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$value")
        fi
        COMPREPLY=("${COMPREPLY[@]/#/$attached}")
        [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$_interpreter_flags" -- "$current")
        [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    else
        compopt -o default
    fi
    # Of a word that bash has cut only the last piece is replaced.
    local cut='' i
    for ((i = 0; i < ${#current}; i++)); do
        if [[ ${current:i:1} == [=:] && $COMP_WORDBREAKS == *"${current:i:1}"* ]]; then cut=${current:0:i + 1}; fi
    done
    for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${COMPREPLY[i]#"$cut"}; done
}
complete -F _interpreter interpreter i
