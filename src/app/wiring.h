// Who gets which implementation: the only place that names concrete classes of several layers.
#pragma once

#include "agent/conversation.h"
#include "app/choose_model.h"
#include "config/invocation.h"
#include "core/language_model.h"
#include "core/store.h"
#include "llm/open_model.h"
#include "sys/files.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

// The store of the user's conversations. Opens nothing yet.
std::unique_ptr<Store> open_store();

// Removes a conversation with all that belongs to it: what was said, its variables, its long outputs. Errors: Store::remove.
Result<void> remove_conversation(ConversationId conversation, Store& store);

// Whether somebody watches and can answer: decides how long failed requests are tried again.
enum class Audience : std::uint8_t { attended, unattended };

// Lines for --verbose on stderr, each with the milliseconds since start; empty when it is off.
std::function<void(std::string_view)> make_trace(const Settings& settings);

llm::ModelOptions model_options(const ModelChoice& choice, const Settings& settings, Audience audience,
                                std::function<void(std::string_view)> trace);

Result<std::unique_ptr<LanguageModel>> open_chosen_model(const ModelChoice& choice, const Settings& settings, Audience audience,
                                                         std::function<void(std::string_view)> trace);

// The Python that the person named is there; asked at the start, before a model is paid to write code for it.
Result<void> check_python(const Settings& settings, bool python_is_default);

// What the model is told before anything else, with the languages that it is offered.
std::string system_message_of_run(const Settings& settings, const std::vector<std::string>& languages,
                                  const std::string& folder = sys::current_folder());
std::chrono::milliseconds milliseconds_of(double seconds);

// Where a conversation takes place, and what it has besides.
struct Ground {
    std::string folder = sys::current_folder();
    std::vector<Language> languages{};  // one with the name of a built-in one takes its place
};

// A conversation with the languages of languages_of(), whose errors it gives. `python_is_default`: see Host.
Result<std::unique_ptr<Conversation>> make_conversation(LanguageModel& model, Store& store, const Settings& settings,
                                                        std::function<void(std::string_view)> trace, bool python_is_default = false,
                                                        Ground ground = {});

// invalid for a budget whose sum nobody can reckon, since the price of the model is not known. OpenRouter says its prices when it is
// asked, before the first request; that check is the turn's.
Result<void> check_budget_can_be_kept(const Settings& settings, const ModelInfo& model);

}  // namespace oi
