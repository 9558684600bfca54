// What each % command gives: a row of magic.def and a function.
#pragma once

#include "frontend/magic/magic.h"

#include <span>

namespace oi {

struct MagicCommand {
    std::string_view name;
    std::string_view arguments;
    std::string_view help;
    void (*run)(MagicContext& context, std::string_view arguments);
};

std::span<const MagicCommand> magic_commands();

#define MAGIC(name, takes, does) void magic_##name(MagicContext& context, std::string_view arguments);
#include "frontend/magic/magic.def"
#undef MAGIC

}  // namespace oi
