// Where an export goes: a path that the person named, or a new file of the current folder.
#pragma once

#include "frontend/export/export.h"
#include "frontend/magic/magic.h"

#include <functional>
#include <string>
#include <string_view>

namespace oi {

struct ExportForm {
    std::string_view extension;  // ".md"
    std::function<Exported(std::span<const Message>, const ExportOptions&)> write;
    std::string_view stem{};  // of a file that nobody has named; empty: the first words of the conversation
};

// `wanted` as the person typed it: a file (the extension may be left out), a folder, or empty. What they name is replaced, anything
// else never. The line that says what was written where.
Result<std::string> write_export(std::span<const Message> messages, std::string_view wanted, const ExportForm& form);

// `path` as typed: without quotes around it, absolute, ~ expanded.
std::string typed_path(std::string_view path);

// A % command of one form.
void magic_export(MagicContext& context, std::string_view wanted, const ExportForm& form);

}  // namespace oi
