// The checks of --doctor. Each says what it found in lines, in order; each may block, and obeys stop as well as it can.
#pragma once

#include "app/doctor_report.h"
#include "config/invocation.h"
#include "core/kernel.h"

#include <stop_token>

namespace oi {

Findings check_program();                                                          // version, libcurl
Findings check_folders();                                                          // where things are kept: writable, room on the disk
Findings check_settings(const config::Invocation& invocation);                     // profile, variables, flags
Findings check_model(const config::Invocation& invocation, std::stop_token stop);  // which, key, connection, a real request
Findings check_local_servers();
Findings check_language(const Language& language, std::stop_token stop);  // starts, version, round trip
std::vector<Language> everyday_languages();                               // those that are started
Findings check_other_languages();                                         // which are there, without starting them
Findings check_sandbox(const config::Invocation& invocation);             // what would be enforced here
Findings check_terminal();

}  // namespace oi
