// Desktop keys: the desktop's own key store (GNOME Keyring, KWallet, KeePassXC), reached through libsecret.
#pragma once

#include "llm/keys/stored_keys.h"

namespace oi::llm {

// Whether a desktop runs here: a session bus is there, and a screen on which it can ask for its password. Contacts nobody.
bool has_desktop_keys();

// Each starts `interpreter --as keys ...`, so that the library, its threads and its waits are not ours. They block while the
// desktop asks for its password, for a minute at most. What was read is remembered for this run.
Result<std::string> desktop_key(std::string_view vendor, std::string_view address);
Result<void> store_desktop_key(const StoredKey& key);
Result<void> remove_desktop_key(std::string_view vendor, std::string_view address);

// The part `keys` of this program: get, set (the key comes on stdin) or remove, VENDOR, ADDRESS. Returns the exit code: 0 done,
// 3 there is no such key, 4 there is no key store (stderr says why).
int desktop_keys_main(int argc, char** argv);

}  // namespace oi::llm
