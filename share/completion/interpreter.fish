# Completion of interpreter and i for fish. Made by `interpreter --completion=fish`.
function __interpreter_asked
    set -l words (commandline -opc)
    eval $words[1] --as complete $argv 2>/dev/null
end

for program in interpreter i
@ROWS@end
