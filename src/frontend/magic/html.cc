// %html: the conversation as a page.
#include "frontend/magic/commands.h"

#include "frontend/magic/export_forms.h"

namespace oi {

void magic_html(MagicContext& context, std::string_view path) { magic_export(context, path, html_form()); }

}  // namespace oi
