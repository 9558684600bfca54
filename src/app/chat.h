// A conversation from the command line: chooses model and frontend, connects them, runs.
#pragma once

#include "agent/session.h"
#include "app/choose_model.h"
#include "app/program_host.h"
#include "config/invocation.h"
#include "sandbox/sandboxes.h"
#include "sys/wait.h"

namespace oi {

// Returns what the program exits with: 0 done, 1 failed, 2 bad usage, 130 interrupted.
int chat(const config::Invocation& invocation);

// What one run is made of, gathered before anything starts.
struct Run {
    std::string frontend;  // terminal, plain or json
    std::string message;   // empty: a person or a program will say
    sandbox::Chosen confined{};
    bool is_attended = false;
    bool is_one_shot = false;
    bool has_words = false;  // the message stood on the command line
};

// Drives the session until it ends. `opening`: lines for a person who watches. Returns what the program exits with.
int run_frontend(const Run& run, const config::Invocation& invocation, Session& session, sys::Wakeup& wakeup, ProgramHost& host,
                 const ModelChoice& choice, const std::vector<std::string>& opening);

}  // namespace oi
