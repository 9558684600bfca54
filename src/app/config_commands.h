// The commands about files of settings: --config, --reset_config, --profiles, --reset_profile, --local_models, --explain.
#pragma once

#include "config/invocation.h"

namespace oi {

// Each gives the exit code: 1 when it could not be done, or the person said no; 2 for bad usage.

// Opens the config file in the person's editor until it is right; without a terminal prints its path. Makes it first when
// it is not there. Exit code 1 when it is left with a mistake in it.
int edit_config(const config::Invocation& invocation);
// The new file: every setting commented out, or a copy of an older program's.
Result<void> make_config(const std::string& path);
// Both put the file aside under another name; the person is asked first.
int reset_config(const config::Invocation& invocation);
int reset_profile(const config::Invocation& invocation);
int list_profiles(const config::Invocation& invocation);
int show_local_models(const config::Invocation& invocation);
int explain_settings(const config::Invocation& invocation);

}  // namespace oi
