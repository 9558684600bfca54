// The checks of --doctor. Each says what it found in lines, in order; each may block, and obeys stop as well as it can.
#pragma once

#include "app/doctor_report.h"
#include "config/invocation.h"
#include "core/kernel.h"

#include <stop_token>

namespace oi {

CheckResults check_program();                                                          // version, libcurl
CheckResults check_folders();                                                          // where things are kept: writable, room on the disk
CheckResults check_settings(const config::Invocation& invocation);                     // profile, variables, flags
CheckResults check_model(const config::Invocation& invocation, std::stop_token stop);  // which, key, connection, a real request
CheckResults check_local_servers();
CheckResults check_language(const Language& language, std::stop_token stop);  // starts, version, round trip
std::vector<Language> everyday_languages();                                   // those that are started
CheckResults check_other_languages();                                         // which are there, without starting them
CheckResults check_sandbox(const config::Invocation& invocation);             // what would be enforced here
CheckResults check_terminal();

}  // namespace oi
