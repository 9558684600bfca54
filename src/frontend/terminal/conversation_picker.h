// ConversationPicker: a list of conversations in which a person looks for one, by keys. Knows the store, not the terminal.
#pragma once

#include "core/store.h"
#include "frontend/terminal/keys.h"
#include "sys/terminal.h"

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace oi {

class ConversationPicker {
public:
    using Remove = std::function<Result<void>(ConversationId)>;
    // The date of a row, for a number of seconds since 1970.
    using Date = std::function<std::string(std::int64_t)>;
    // Conversations that another program has kept in files, listed under ids below 0 until one is imported, which gives its own id.
    struct Old {
        std::vector<ConversationSummary> listed;
        std::function<Result<ConversationId>(ConversationId)> import;
    };
    ConversationPicker(Store& store, Remove remove, Date date, Old old = {});

    void press(const Key& key);
    // The screen, one string a row, at most as many as the terminal has and no wider; the row of the chosen one is reversed.
    std::vector<std::string> rows(sys::TerminalSize size);

    bool is_done() const { return is_done_; }
    std::optional<ConversationId> chosen() const { return chosen_; }  // when done; nullopt: none

private:
    enum class Mode : std::uint8_t { list, rename, remove };

    void load();
    void filter();
    void press_in_list(const Key& key);
    void press_in_name(const Key& key);
    void press_in_question(const Key& key);
    void move(std::ptrdiff_t rows);
    void fork();
    // Whether the current one is in the store, by now.
    bool take_in();
    void go_to(ConversationId id);
    void act(Mode mode);
    void tell(const Error& error);
    const ConversationSummary* current() const;
    std::string name_of(const ConversationSummary& one) const;
    std::string row_of(const ConversationSummary& one, int columns) const;
    std::string bottom(int columns) const;

    Store& store_;
    Remove remove_;
    Date date_;
    Old old_;
    std::vector<ConversationSummary> all_;
    std::vector<std::size_t> shown_;                            // in all_
    std::unordered_map<ConversationId, std::string> excerpts_;  // of those that were found by what was said
    std::string words_;                                         // that are looked for
    std::string name_;                                          // that is being written
    std::string line_;                                          // what happened; told until the next key
    std::size_t at_ = 0;                                        // in shown_
    std::size_t first_ = 0;                                     // row on the screen, in shown_
    std::size_t page_ = 10;
    Mode mode_ = Mode::list;
    bool is_done_ = false;
    std::optional<ConversationId> chosen_;
};

// Runs it in the terminal until the person has chosen (the id) or leaves (nullopt).
Result<std::optional<ConversationId>> pick_in_terminal(ConversationPicker& picker, int input, int output);

}  // namespace oi
