// What happens to a conversation as a whole: it is copied in, named, removed.
#pragma once

#include "core/store.h"
#include "store/entries.h"
#include "store/search_index.h"

#include <string>
#include <string_view>
#include <vector>

namespace oi::store {

struct WholeConversation {
    ConversationId id = 0;
    Beginning beginning{};
    std::string title{};
    std::int64_t changed = 0;  // milliseconds since 1970
    std::vector<Message> messages{};
    std::vector<std::int64_t> times{};  // of the messages
};

// In one transaction, or not at all.
Result<void> insert_whole(Database& database, const WholeConversation& conversation);
// not_found: no such conversation.
Result<WholeConversation> read_whole(Database& database, ConversationId id);
Result<void> rename_conversation(Database& database, ConversationId id, std::string_view title);
Result<void> remove_conversation(Database& database, SearchIndex& index, ConversationId id);
Result<bool> has_conversation(Database& database, ConversationId id);

// The same for the same messages.
ConversationId id_of(const std::vector<Message>& messages);

}  // namespace oi::store
