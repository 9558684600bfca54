// Setup: a person at a terminal chooses a model; the key and the choice are checked, and kept.
#pragma once

#include "app/choose_model.h"
#include "frontend/questions.h"

namespace oi {

// Whether somebody sits at a terminal that can be asked.
bool can_be_asked(const Settings& settings);

// The whole of it. Nothing is kept before the chosen model has answered; then the key goes where keys are kept, and the name into the
// person's own settings. What could not be kept counts for this run all the same, and is said. cancelled: the person left.
Result<ModelChoice> choose_and_keep_model(const config::Invocation& invocation, std::string_view greeting);

// interpreter --setup. Returns the exit code.
int setup(const config::Invocation& invocation);

// A key that the person has pasted, and the server it is for.
struct GivenKey {
    std::string vendor;  // the prefix
    std::string title;
    std::string address{};  // empty: the vendor's own
    std::string key;
};

// Asks for it, hidden, and whose it is where its form does not say. An empty key: the person thought better of it.
Result<GivenKey> ask_for_key(Questions& questions, std::string_view vendor = {});

}  // namespace oi
