// SearchIndex: follows the log of entries, a little at a time, and finds words in what was said.
#pragma once

#include "core/store.h"
#include "store/database.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oi::store {

class SearchIndex {
public:
    static Result<SearchIndex> prepare(Database& database);

    // Takes in what is new, about `bytes` of it, in one transaction. False: there is no more.
    Result<bool> advance(std::size_t bytes);
    // See Store::search. Only what has been taken in is found.
    Result<std::vector<SearchHit>> search(std::string_view words, std::size_t limit);
    // Forgets a conversation; in the caller's transaction, while its entries are still there.
    Result<void> forget(ConversationId conversation);

private:
    // Where the index stands in the log of one conversation.
    struct Place {
        ConversationId conversation = 0;
        std::int64_t number = 0;
        std::int64_t count = 0;   // messages that stand
        bool is_running = false;  // a cell
    };
    // The message that changes as its entries are read.
    struct Open {
        std::int64_t id = 0;      // 0: not in the index yet
        std::int64_t number = 0;  // 0: none is open
        std::int64_t last = 0;
        std::int64_t position = 0;
        bool is_picture = false;  // which has no words
        std::string indexed;      // what the index has of it
        std::string text;
    };
    struct Entry;
    struct Text {
        std::string words;
        bool is_picture = false;
    };

    explicit SearchIndex(Database& database) : database_{&database} {}
    Result<bool> advance_one(std::size_t bytes, std::size_t& done);
    Result<void> follow(Place& place, std::size_t bytes, std::size_t& done);
    Result<void> take(Place& place, const Entry& entry);
    Result<void> begin_message(Place& place, const Entry& entry);
    Result<void> change(const Place& place, const Entry& entry);
    Result<void> open(ConversationId conversation, std::int64_t number);
    Result<void> settle(ConversationId conversation);
    Result<void> take_back(ConversationId conversation, std::int64_t count);
    Result<void> drop(ConversationId conversation, std::int64_t id, std::int64_t number, std::int64_t last);
    Result<Text> text_of(ConversationId conversation, std::int64_t number, std::int64_t last);
    Result<bool> ends_with_output(const Place& place);
    Result<void> put(std::int64_t id, std::string_view text);
    Result<void> erase(std::int64_t id, std::string_view text);

    Database* database_;
    Open open_;
    Statement find_place_, save_place_, entries_, find_said_, insert_said_, update_said_, delete_said_, text_, put_, erase_;
};

}  // namespace oi::store
