// The catalogue: what is known of models by their names, from share/models/catalogue.txt and the person's own file.
#pragma once

#include "core/language_model.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oi::llm {

// What is known of a model; 0, below 0, unset or empty where nothing is.
struct ModelFacts {
    long context_window = 0;  // tokens
    long max_tokens = 0;      // of one answer
    bool takes_images = false;
    std::optional<bool> takes_tools{};
    std::optional<bool> thinks{};
    Price price{};
    std::string_view tokenizer{};  // "o200k", "cl100k"
};

class Catalogue {
public:
    // Adds the rows of a file, whose text must outlive this; they come before those of the same name that were there. What is
    // malformed is left out, with a warning that names `file` and the line.
    void add(std::string_view text, std::string_view file);
    void warn(std::string warning) { warnings_.push_back(std::move(warning)); }

    // The longest row that fits the name: "gpt-4o-mini", with or without vendor, path or region before it
    // ("openrouter/anthropic/claude-...", "us.anthropic.claude-...-v1:0"). A row with a vendor fits only behind that vendor.
    ModelFacts find(std::string_view name) const;

    std::span<const std::string> warnings() const { return warnings_; }
    std::size_t size() const { return rows_.size(); }
    std::vector<std::string_view> names() const;  // of the rows

private:
    struct Row {
        std::string_view name;
        ModelFacts facts;
    };
    const Row* longest_fit(std::string_view name) const;

    std::vector<Row> rows_;
    std::vector<std::string> warnings_;
};

// Both files, read once, at the first call. Any thread.
const Catalogue& catalogue();

// Where a person's own rows are: catalogue.txt in the configuration folder.
std::string own_catalogue_path();

inline ModelFacts facts_of(std::string_view name) { return catalogue().find(name); }

}  // namespace oi::llm
