// Finds, makes and checks config.yaml; see config_file.h.
#include "config/config_file.h"

#include "base/text.h"
#include "config/file_values.h"
#include "config/tables.h"
#include "sys/files.h"

namespace oi::config {

namespace {

// The default as a file would have it; empty: unset.
std::string default_text(const SettingRow& row)
{
    if (std::holds_alternative<setting::Flag Settings::*>(row.member)) return "false";
    return to_text(Settings{}, row);
}

std::string about(const SettingRow& row)
{
    const bool is_range = row.accepts.find("..") != std::string_view::npos;
    if (!row.accepts.empty() && !is_range) return cat(row.help, " (", replace_all(std::string{row.accepts}, "|", ", "), ")");
    return row.value_name.empty() ? std::string{row.help} : cat(row.help, " (", row.value_name, ")");
}

}  // namespace

std::string config_path(std::string_view wanted)
{
    if (wanted.empty()) return sys::config_folder() + "/config.yaml";
    if (wanted.find('/') != std::string_view::npos || wanted == "~")
        return sys::absolute(wanted.starts_with("./") ? wanted.substr(2) : wanted);
    const std::string path = cat(sys::config_folder(), "/", wanted);
    const bool has_ending = wanted.ends_with(".yaml") || wanted.ends_with(".yml") || wanted.ends_with(".json");
    return has_ending || sys::exists(path) ? path : path + ".yaml";
}

std::vector<std::string> older_folders()
{
    const std::string folder = sys::config_folder();
    const std::string above = folder.substr(0, folder.rfind('/'));
    return {above + "/Open Interpreter Terminal", above + "/Open Interpreter"};
}

std::string older_config()
{
    if (sys::exists(config_path("")) || sys::exists(profiles_folder() + "/default.yaml")) return {};
    for (const auto& folder : older_folders())
        for (const char* file : {"/profiles/default.yaml", "/config.yaml"})
            if (sys::exists(folder + file)) return folder + file;
    return {};
}

Result<std::optional<ProfileFile>> find_config(std::string_view wanted)
{
    std::string path = config_path(wanted);
    const bool is_there = sys::exists(path);
    if (!is_there && !wanted.empty())
        return fail(ErrorKind::not_found, cat(path, ": there is no such config file"),
                    cat("interpreter --config --config_file ", wanted, " makes it; the path of a file has a slash"));
    std::string note;
    if (!is_there) {
        path = older_config();
        note = cat("settings of an older version; interpreter --config copies them to ", config_path(""));
    }
    if (path.empty()) return std::optional<ProfileFile>{};
    OI_TRY(auto text, sys::read_file(path, most_bytes));
    return std::optional<ProfileFile>{{path, std::move(text), is_there ? "" : note}};
}

std::string commented_defaults()
{
    std::string text =
        "# Settings of Open Interpreter. Take away the # before a key to set it; interpreter --config checks the file when you\n"
        "# are done, interpreter --explain shows what counts. Profiles, variables and flags go before what is here.\n";
    std::string_view group;
    for (const auto& row : setting_rows()) {
        if (row.yaml_key.empty()) continue;
        if (row.group != group) text += cat("\n# ", row.group, "\n");
        group = row.group;
        const std::string value = default_text(row);
        text += cat("\n# ", about(row), "\n#", row.yaml_key, ":", value.empty() ? "" : " ", value, "\n");
    }
    return text;
}

Result<ConfigCheck> check_config(const std::string& path)
{
    OI_TRY(const auto text, sys::read_file(path, most_bytes));
    OI_TRY(auto found, read_file_values(path, text));
    ConfigCheck check{{}, std::move(found.translated)};
    Settings tried;
    for (const auto& [row, value, where] : found.values) {
        if (auto assigned = assign(tried, *row, value); !assigned)
            return fail(assigned.error().kind, cat(where, ": ", assigned.error().what), assigned.error().hint);
        check.keys.emplace_back(row->yaml_key);
    }
    return check;
}

}  // namespace oi::config
