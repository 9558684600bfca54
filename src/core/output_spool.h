// The port to files that hold the whole of an output that is too long for the model.
#pragma once

#include "base/error.h"
#include "core/store.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace oi {

// Where an output can be read.
struct Spooled {
    std::string file{};    // empty: nowhere
    std::string end{};     // not empty: `file` has its beginning, this file its end, and what was between is gone
    bool is_whole = true;  // false, with no `end`: the rest could not be written
    bool operator==(const Spooled&) const = default;
};

// One cell's file. One thread at a time.
class OutputSpool {
public:
    virtual ~OutputSpool() = default;  // the file stays

    // The next text, and what stands behind it for now: that is what the next call replaces. Nothing is written before
    // there is more than open() was told; then all of it is. Never fails: see failure().
    virtual void write(std::string_view settled, std::string_view pending) = 0;
    // Writes what there is, however short it is.
    virtual void create() = 0;
    virtual Spooled spooled() const = 0;
    // Why the rest is not written (the disk is full); nullopt: all is well.
    virtual std::optional<Error> failure() const = 0;
};

// Any thread.
class OutputSpools {
public:
    virtual ~OutputSpools() = default;
    // For the cell of that number in that conversation; replaces what was there under it. `at_least`: bytes that an output
    // may have without becoming a file. Must not outlive this.
    virtual std::unique_ptr<OutputSpool> open(ConversationId conversation, std::size_t cell, std::size_t at_least) = 0;
    // What an earlier run has left of it.
    virtual Spooled find(ConversationId conversation, std::size_t cell) const = 0;
};

}  // namespace oi
