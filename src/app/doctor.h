// --doctor: checks what the program needs and says what it found, with a remedy for what is wrong.
#pragma once

#include "config/invocation.h"

namespace oi {

// Never takes more than 10 s. Returns 0 when all that is needed is fine, else 1; with checks that still hang, ends the
// process itself.
int doctor(const config::Invocation& invocation);

}  // namespace oi
