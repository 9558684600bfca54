#compdef interpreter i
# Completion of interpreter and i for zsh. Made by `interpreter --completion=zsh`.

# What the program says of $1, and files where $2 says so.
_interpreter_asked()
{
    local -a found
    found=(${(f)"$(${~_interpreter_program} --as complete $1 2>/dev/null)"})
    found=(${${found//:/\\:}//$'\t'/:})
    _describe -V value found
    [[ -z $2 ]] || _files
}

_interpreter()
{
    local _interpreter_program=$words[1]
    _arguments \
@SPECS@        '*:message:_files'
}

if [[ $funcstack[1] == _interpreter ]]; then
    _interpreter "$@"
else
    compdef _interpreter interpreter i
fi
