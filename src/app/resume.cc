// Finds the conversation that --resume means; see resume.h.
#include "app/resume.h"

#include "app/import_conversations.h"
#include "base/text.h"
#include "llm/fallback_model.h"
#include "sys/files.h"

#include <algorithm>
#include <array>
#include <unistd.h>

namespace oi {

namespace {

Result<ConversationId> wanted(const config::Invocation& invocation, Store& store)
{
    if (!invocation.resume_id) {
        OI_TRY(const auto last, store.last(sys::current_folder()));
        if (!last) return fail(ErrorKind::not_found, "no conversation of this folder is stored", "--conversations lists all");
        return *last;
    }
    const std::string& value = *invocation.resume_id;
    if (const auto id = to_integer(value)) return static_cast<ConversationId>(*id);
    if (value.ends_with(".json")) return import_file(sys::absolute(value), store);
    return fail(ErrorKind::invalid, cat("--resume=", value, ": that is no conversation's number"),
                "--conversations lists them, --search=WORDS finds them");
}

// Cells and the model's words may depend on where they are.
void move_to(const std::string& folder, Resumption& resumption)
{
    const std::string here = sys::current_folder();
    if (folder.empty() || folder == here) return;
    if (::chdir(folder.c_str()) == 0) resumption.notes.push_back(cat("In ", folder, ", where this conversation was"));
    else resumption.warning = cat("The folder of this conversation is gone: ", folder, "; going on in ", here);
}

}  // namespace

Result<Resumption> find_resumption(config::Invocation& invocation, Store& store)
{
    OI_TRY(const auto id, wanted(invocation, store));
    OI_TRY(const auto about, store.about(id));
    Resumption resumption{.id = id, .about = about, .warning = {}, .notes = {}};
    move_to(about.folder, resumption);
    if (invocation.origin("model").source < config::Source::flag && !about.model.empty() && invocation.settings.model != about.model) {
        const Settings before = invocation.settings;
        invocation.settings.model = about.model;
        if (!before.model.empty() && invocation.origin("api_base").source < config::Source::flag) leave_vendor(before, invocation.settings);
        resumption.notes.push_back(cat("With ", about.model, ", as before; --model takes another"));
    }
    return resumption;
}

void leave_vendor(const Settings& before, Settings& now)
{
    if (now.model == before.model || llm::is_same_vendor(before.model, now.model)) return;
    if (now.api_base == before.api_base) now.api_base.clear();
    if (now.api_key == before.api_key) now.api_key.clear();
}

bool keeps_variables(std::string_view language)
{
    constexpr std::array<std::string_view, 4> kept{"python", "javascript", "shell", "bash"};
    return std::find(kept.begin(), kept.end(), language) != kept.end();
}

std::string lost_variables(const std::vector<std::string>& languages, bool keeps)
{
    std::vector<std::string> lost;
    for (const auto& language : languages)
        if (language != "html" && language != "react" && !(keeps && keeps_variables(language))) lost.push_back(language);
    return lost.empty() ? std::string{} : cat("Not kept: the variables of ", join(lost, ", "));
}

}  // namespace oi
