// --keys: the keys that the program keeps: list, add, remove.
#pragma once

#include "config/invocation.h"

namespace oi {

// The words of invocation.wanted: none, `add [VENDOR]` or `remove VENDOR [ADDRESS]`. Added is what a person pastes, or what comes on
// stdin, if the vendor takes it. Returns the exit code.
int keys(const config::Invocation& invocation);

}  // namespace oi
