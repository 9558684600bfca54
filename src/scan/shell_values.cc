// Expanding words; see shell_values.h.
#include "scan/shell_values.h"

#include "base/text.h"
#include "scan/paths.h"
#include "sys/process.h"

#include <algorithm>

namespace oi::scan {

namespace {

constexpr std::size_t most_values = 20;
constexpr int deepest = 4;  // defaults within defaults

PathText unknown(std::string name, std::string shown) { return {.shown = std::move(shown), .unknown = {std::move(name)}, .holed{hole}}; }

void append(PathText& to, const PathText& piece)
{
    to.has_glob = to.has_glob || piece.has_glob;
    if (to.is_known() && piece.is_known()) {
        to.text += piece.text;
        return;
    }
    to.holed = cat(with_holes(to), with_holes(piece));
    to.shown = cat(as_shown(to), as_shown(piece));
    to.text += piece.text;
    // A value that was made of something unknown may still be known not to be empty.
    to.is_guarded = (to.unknown.empty() || to.is_guarded) && (piece.unknown.empty() || piece.is_guarded) &&
                    !(to.unknown.empty() && piece.unknown.empty());
    to.unknown.insert(to.unknown.end(), piece.unknown.begin(), piece.unknown.end());
}

void append_text(PathText& to, std::string_view text)
{
    to.text += text;
    if (to.is_known()) return;
    to.shown += text;
    to.holed += text;
}

PathText literal(std::string text) { return {.text = std::move(text)}; }

}  // namespace

const std::vector<PathText>* ShellValues::earlier(std::string_view name) const
{
    if (!earlier_) return nullptr;
    const auto found = earlier_->find(name);
    return found == earlier_->end() ? nullptr : &found->second;
}

std::vector<PathText> ShellValues::variable(const ShellPiece& piece, int depth) const
{
    const std::string spelled =
        piece.operation == 0 ? cat("$", piece.text) : cat("${", piece.text, std::string(1, piece.operation), piece.argument, "}");
    std::vector<PathText> values;
    if (const auto set = variables_.find(piece.text); set != variables_.end()) values = set->second;
    else if (const auto* kept = earlier(piece.text)) values = *kept;
    else if (piece.text == "PWD" && !folder_.empty()) values = {literal(folder_)};
    else if (piece.text == "HOME") values = {literal(here_->home)};
    else if (const auto outside = sys::lookup(here_->environment, piece.text); !outside.empty()) values = {literal(std::string{outside})};
    else if (std::string_view{"?$#!-"}.find(piece.text) != std::string_view::npos || piece.text == "RANDOM") values = {literal("0")};
    const bool is_empty = values.empty() || (values.size() == 1 && values[0].is_known() && values[0].text.empty());
    switch (piece.operation) {
    case 0: break;
    case '-':
    case '=':
        if (is_empty && depth < deepest) return expand(parse_quoted(piece.argument), depth + 1);
        break;
    case '?': {
        if (!is_empty) break;
        PathText guarded = unknown(piece.text, spelled);
        guarded.is_guarded = true;
        return {guarded};
    }
    default: return {unknown(piece.text, spelled)};
    }
    if (values.empty()) values.push_back(unknown(piece.text, spelled));
    return values;
}

std::vector<PathText> ShellValues::expand(const ShellWord& word) const { return expand(word, 0); }

std::vector<PathText> ShellValues::expand(const ShellWord& word, int depth) const
{
    std::vector<PathText> values{PathText{}};
    if (word.is_literal()) values[0] = literal(word.text);
    for (const auto& piece : word.pieces) {
        if (piece.kind == ShellPiece::Kind::text) {
            for (auto& value : values) append_text(value, piece.text);
            continue;
        }
        std::vector<PathText> next;
        if (piece.kind == ShellPiece::Kind::variable) next = variable(piece, depth);
        else if (piece.text.starts_with("$(mktemp")) next = {literal("/tmp/tmp.made-by-mktemp")};
        else if (piece.text == "$(pwd)" && !folder_.empty()) next = {literal(folder_)};
        else next = {unknown(piece.text, piece.text)};
        if (next.size() == 1) {
            for (auto& value : values) append(value, next.front());
            continue;
        }
        std::vector<PathText> combined;
        for (const auto& head : values) {
            for (const auto& tail : next) {
                if (combined.size() >= most_values) break;
                combined.push_back(head);
                append(combined.back(), tail);
            }
        }
        values = std::move(combined);
    }
    for (auto& value : values) {
        value.has_glob = value.has_glob || word.has_glob;
        if (word.has_tilde && (value.text == "~" || value.text.starts_with("~/"))) value.text = cat(here_->home, value.text.substr(1));
    }
    return values;
}

void ShellValues::set(const std::string& name, std::vector<PathText> values)
{
    const auto [at, is_new] = variables_.try_emplace(name);
    if (!scopes_.empty()) changes_.push_back({name, is_new ? std::nullopt : std::optional{std::move(at->second)}});
    at->second = std::move(values);
}

void ShellValues::leave_subshell()
{
    if (scopes_.empty()) return;
    for (; changes_.size() > scopes_.back().changes; changes_.pop_back()) {
        if (auto& [name, before] = changes_.back(); before) variables_[name] = std::move(*before);
        else variables_.erase(name);
    }
    folder_ = std::move(scopes_.back().folder);
    scopes_.pop_back();
}

void ShellValues::change_folder(const PathText& path)
{
    if (path.text.empty() && path.is_known()) folder_ = here_->home;
    else if (!path.is_known()) folder_ = {};
    else folder_ = resolve(path.text, folder_, here_->home);
}

}  // namespace oi::scan
