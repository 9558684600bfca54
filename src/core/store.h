// The port to stored conversations: append-only, written as things happen.
#pragma once

#include "base/error.h"
#include "core/chunk.h"
#include "core/message.h"
#include "core/usage.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

using ConversationId = std::int64_t;

struct ConversationSummary {
    ConversationId id = 0;
    std::string first_words;  // of the first user message, one line
    std::string folder;
    std::string model;
    std::int64_t started = 0;  // seconds since 1970, UTC
    std::int64_t changed = 0;
    std::int64_t message_count = 0;
    std::string title{};  // that the person gave it; empty: none
    double cost = 0;      // dollars, of the requests whose price is known
};

// A place where something was said or printed.
struct SearchHit {
    ConversationId conversation = 0;
    std::string title;  // given, or else its first words
    std::string folder;
    std::int64_t at = 0;  // seconds since 1970, UTC
    Role role{};
    Kind type{};
    std::size_t message = 0;  // which one of load()
    std::string excerpt;      // one line with what was found in it
};

// A conversation that another program has kept.
struct ImportedConversation {
    std::string folder{};
    std::string model{};
    std::string title{};
    std::int64_t changed = 0;  // seconds since 1970, UTC
    std::vector<Message> messages{};
};

// A cell begins to run, or has ended in whatever way: so that one that the program did not outlive can be told.
enum class CellMark : std::uint8_t { start, end };

// What the model is sent in place of the first `up_to` messages, beside the person's own. The messages stay stored.
struct Compaction {
    std::size_t up_to = 0;
    std::string summary;
    bool operator==(const Compaction&) const = default;
};

// Any thread; calls are serialised inside. Appending never waits for the disk; a failed write is
// returned by the next flush(). What was appended is on disk at most 100 ms later, also when nothing
// more comes; flush() waits for it.
class Store {
public:
    virtual ~Store() = default;  // flushes

    virtual Result<ConversationId> create(std::string folder, std::string model) = 0;

    // A whole message.
    virtual void append(ConversationId conversation, const Message& message) = 0;
    // A chunk as the transcript emits it: start opens a message, contents are its pieces, end closes it.
    // Chunks that are never stored (active_line, confirmation) are ignored.
    virtual void append(ConversationId conversation, const Chunk& chunk) = 0;
    // The last message's content was replaced (code edited before its run).
    virtual void replace_last(ConversationId conversation, std::string content) = 0;
    // What one request cost.
    virtual void add_usage(ConversationId conversation, const Usage& usage) = 0;
    // Everything from message `count` on is taken back; what it cost is not.
    virtual void truncate(ConversationId conversation, std::size_t count) = 0;
    // The conversation was compacted.
    virtual void append(ConversationId conversation, const Compaction& compaction) = 0;
    virtual void mark(ConversationId conversation, CellMark mark) = 0;
    virtual Result<void> flush() = 0;

    // Messages in order; an unfinished last message comes as far as it got; the output of a cell that started and did not
    // end says so in its last line. not_found: no such id.
    virtual Result<std::vector<Message>> load(ConversationId conversation) = 0;
    // The sum of all that was added, over all runs.
    virtual Result<Usage> usage(ConversationId conversation) = 0;
    // The last one whose messages are all still there; nullopt: there is none.
    virtual Result<std::optional<Compaction>> compaction(ConversationId conversation) = 0;
    // not_found: no such id.
    virtual Result<ConversationSummary> about(ConversationId conversation) = 0;
    // Of the code that the model wrote in it, also of what was taken back; each once.
    virtual Result<std::vector<std::string>> languages(ConversationId conversation) = 0;
    // Newest first.
    virtual Result<std::vector<ConversationSummary>> list(std::size_t limit) = 0;
    // The conversation of `folder` that changed last, if there is one.
    virtual Result<std::optional<ConversationId>> last(std::string_view folder) = 0;

    // The places with all these words, newest first. A word finds longer ones that begin with it; "words in quotes" stand
    // side by side as they are. Any text is a question, malformed ones are none. What was taken back is not found.
    virtual Result<std::vector<SearchHit>> search(std::string_view words, std::size_t limit) = 0;

    // The following act at once. not_found: no such id.
    virtual Result<void> rename(ConversationId conversation, std::string title) = 0;  // empty: no title any more
    // With all that was said in it. denied: another program has claimed it.
    virtual Result<void> remove(ConversationId conversation) = 0;
    // A new conversation that begins with a copy of the first `messages` messages; it has cost nothing yet.
    virtual Result<ConversationId> fork(ConversationId conversation, std::size_t messages) = 0;
    // Made once: the same messages again give the id of that time.
    virtual Result<ConversationId> add(const ImportedConversation& imported) = 0;

    // Whether this program may append: one program at a time goes on with a conversation. Who creates or forks one has
    // claimed it; a claim ends with release(), the store or the program, in whatever way that ends.
    virtual bool claim(ConversationId conversation) = 0;
    virtual void release(ConversationId conversation) = 0;
};

}  // namespace oi
