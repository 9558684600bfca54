// Pty: a terminal of our own making, for programs that want to ask a person.
#pragma once

#include "base/error.h"
#include "sys/fd.h"
#include "sys/terminal.h"

namespace oi::sys {

// What is written to `master` is typed on `terminal`; what is written to `terminal` can be read from `master`, which does not
// block. Both close on exec, and neither becomes our own terminal. While we hold `terminal`, `master` has no end of file.
struct Pty {
    Fd master;
    Fd terminal;
};

// Text passes as it is written (no CR is added), what is typed is echoed. ErrorKind::io where the machine has no ptys.
Result<Pty> open_pty(TerminalSize size);

}  // namespace oi::sys
