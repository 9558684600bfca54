// Stored keys: keys of model vendors that the person gave the program to keep.
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace oi::llm {

// One key, for one server. It lies in the file `keys` of the configuration folder (mode 0600), one line each: VENDOR KEY
// [ADDRESS]; where KEY is @desktop, the desktop's key store has it.
struct StoredKey {
    std::string vendor;     // the prefix: "openai"
    std::string address{};  // the server that alone gets it; empty: the vendor's own
    std::string key{};      // empty: in the desktop's key store

    bool is_in_desktop() const { return key.empty(); }
    bool operator==(const StoredKey&) const = default;
};

std::string stored_keys_path();

// All rows; asks no key store. No file: none. invalid: a malformed line, with its number.
Result<std::vector<StoredKey>> stored_keys();

// The key for that server, or "": none is stored. Errors: those of stored_keys(), and of a desktop that does not hand its key over.
Result<std::string> stored_key(std::string_view vendor, std::string_view address);

enum class KeyPlace : std::uint8_t { desktop, file };

// Keeps the key instead of one that was there: in the desktop's key store where one answers, else in the file.
Result<KeyPlace> store_key(const StoredKey& key);
// False: there was none.
Result<bool> remove_key(std::string_view vendor, std::string_view address);

// "sk-ant-...wxyz": enough to tell keys apart, too little to use.
std::string masked_key(std::string_view key);

}  // namespace oi::llm
