// The forms in which a conversation can be saved.
#pragma once

#include "frontend/magic/export_file.h"

#include <optional>

namespace oi {

ExportForm json_form();
ExportForm markdown_form();
ExportForm notebook_form();
ExportForm html_form();

// The form of a file's ending (.json, .md, .ipynb, .html); nullopt: there is none.
std::optional<ExportForm> form_of(std::string_view path);

}  // namespace oi
