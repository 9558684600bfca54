// %save_message: the conversation as the JSON of classic Open Interpreter.
#include "frontend/magic/commands.h"

#include "frontend/magic/export_forms.h"

namespace oi {

void magic_save_message(MagicContext& context, std::string_view path) { magic_export(context, path, json_form()); }

}  // namespace oi
