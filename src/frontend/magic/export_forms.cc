// The forms and their endings; see export_forms.h.
#include "frontend/magic/export_forms.h"

namespace oi {

ExportForm json_form()
{
    return {".json", [](std::span<const Message> messages, const ExportOptions&) { return Exported{to_json_list(messages)}; }, "messages"};
}
ExportForm markdown_form() { return {".md", to_markdown}; }
ExportForm notebook_form()
{
    return {".ipynb",
            [](std::span<const Message> messages, const ExportOptions& options) { return Exported{to_notebook(messages, options)}; }};
}
ExportForm html_form()
{
    return {".html", [](std::span<const Message> messages, const ExportOptions& options) { return Exported{to_html(messages, options)}; }};
}

std::optional<ExportForm> form_of(std::string_view path)
{
    for (auto& form : {json_form(), markdown_form(), notebook_form(), html_form()})
        if (path.ends_with(form.extension)) return form;
    return {};
}

}  // namespace oi
