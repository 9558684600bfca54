// The port through which % commands reach what only the whole program has: its store, its settings, its model.
#pragma once

#include "base/error.h"
#include "core/store.h"

#include <string>
#include <string_view>
#include <vector>

namespace oi {

// Implemented by the app; outlives the frontend. On the thread of the frontend, while no turn runs. Errors leave everything as it was.
class MagicHost {
public:
    using Lines = std::vector<std::string>;  // for the person

    virtual ~MagicHost() = default;

    virtual Store& store() = 0;
    virtual Lines model() = 0;
    virtual Result<Lines> set_model(std::string_view name) = 0;
    virtual Lines profile() = 0;
    virtual Result<Lines> use_profile(std::string_view name) = 0;
    // The setting and where its value comes from; an empty name: all that are not at their default. invalid: there is none.
    virtual Result<Lines> setting(std::string_view name) = 0;
    // invalid: no such setting or value; unsupported: it cannot change while the program runs.
    virtual Result<Lines> set(std::string_view name, std::string_view value) = 0;
    // Goes on with a stored conversation, in its folder and with its model unless the person has chosen one; a turn does it. The lines say
    // what becomes another. not_found: there is none; what keeps code confined in that folder may fail.
    virtual Result<Lines> resume(ConversationId id) = 0;
    virtual Lines languages() = 0;
    virtual Lines facts() = 0;  // of the program and the machine, for a report of an error
};

}  // namespace oi
