// %jupyter: the conversation as a notebook.
#include "frontend/magic/commands.h"

#include "frontend/magic/export_forms.h"

namespace oi {

void magic_jupyter(MagicContext& context, std::string_view path) { magic_export(context, path, notebook_form()); }

}  // namespace oi
