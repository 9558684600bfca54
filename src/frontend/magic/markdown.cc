// %markdown: the conversation as Markdown.
#include "frontend/magic/commands.h"

#include "frontend/magic/export_forms.h"

namespace oi {

void magic_markdown(MagicContext& context, std::string_view path) { magic_export(context, path, markdown_form()); }

}  // namespace oi
