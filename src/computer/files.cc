// The area `files`: what a cell can have done to the person's files.
#include "base/json.h"
#include "base/text.h"
#include "computer/areas.h"
#include "computer/file_search.h"
#include "computer/text_edit.h"
#include "computer/text_file.h"

#include <array>

namespace oi::computer::area {

namespace {

Result<std::string> text_argument(const json::Document& arguments, std::string_view call, std::string_view name)
{
    const auto* value = json::find(arguments, name);
    if (!value || !value->IsString()) return fail(ErrorKind::invalid, cat("computer.files.", call, ": ", name, " must be a text"));
    return std::string{json::view(*value)};
}

// {path, original, replacement}: every `original` in the file becomes `replacement`. Gives how many there were.
Result<std::string> edit(const Call& call)
{
    OI_TRY(const auto arguments, json::parse(call.arguments));
    OI_TRY(const auto path, text_argument(arguments, "edit", "path"));
    OI_TRY(const auto original, text_argument(arguments, "edit", "original"));
    OI_TRY(const auto replacement, text_argument(arguments, "edit", "replacement"));
    OI_TRY(const auto file, TextFile::open(path, call.policy));
    auto edited = replace_in(file.content(), original, replacement);
    if (!edited) return fail(edited.error().kind, cat(path, ": ", edited.error().what), edited.error().hint);
    OI_CHECK(file.replace(edited->text));
    return cat(edited->count);
}

// {query, folder}: lines of text files below the folder that match best: [{path, line, text}], paths below the folder.
Result<std::string> search(const Call& call)
{
    OI_TRY(const auto arguments, json::parse(call.arguments));
    OI_TRY(const auto query, text_argument(arguments, "search", "query"));
    OI_TRY(const auto folder, text_argument(arguments, "search", "folder"));
    OI_TRY(const auto hits, search_files(query, folder, call.policy, call.stop));
    json::Writer writer;
    writer.array([&] {
        for (const auto& hit : hits) {
            writer.object([&] {
                writer.field("path", valid_utf8(hit.path));
                writer.field("line", hit.line);
                writer.field("text", hit.text);
            });
        }
    });
    return writer.take();
}

}  // namespace

std::span<const Method> files()
{
    static constexpr std::array<Method, 2> methods{{{"edit", edit}, {"search", search}}};
    return methods;
}

}  // namespace oi::computer::area
