// Replay: plays a recording in place of the wire; requests that differ from the recorded ones are refused.
#pragma once

#include "llm/open_model.h"
#include "llm/recording/recording.h"

#include <optional>
#include <string>
#include <string_view>

namespace oi::llm {

enum class Pace : std::uint8_t { full_speed, as_recorded };

struct ReplayName {
    std::string path;
    Pace pace = Pace::full_speed;
};

// replay:FILE, or timed-replay:FILE for the recorded pace; nullopt: the name of another model.
std::optional<ReplayName> replay_name(std::string_view model);

// What the recorded models are opened with, in their order: name, address and settings (those that `asked` sets go before),
// and what answers all of them in place of the wire. There, an Error (protocol) says where a request first differs from the
// recorded one, and when there is no further one. Never empty.
std::vector<ModelOptions> options_of_replay(const Recording& recording, Pace pace, const ModelOptions& asked);

// The recorded facts, for a prompt that is the same on another machine and day; nullopt: `model` is no replay, or its
// file cannot be read, which opening it reports.
std::optional<RecordedFacts> recorded_facts(std::string_view model);

}  // namespace oi::llm
