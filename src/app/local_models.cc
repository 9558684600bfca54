// Local models: servers that answer, files that lie there, one numbered list.
#include "app/local_models.h"

#include "base/text.h"
#include "llm/local/engine_process.h"
#include "llm/local/local_servers.h"
#include "llm/local/model_file.h"
#include "llm/local/server_window.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <unistd.h>

namespace oi {

namespace {

std::string gigabytes(std::int64_t bytes)
{
    const auto tenths = (bytes + 50'000'000) / 100'000'000;
    return tenths == 0 ? std::string{"under 0.1 GB"} : cat(tenths / 10, ".", tenths % 10, " GB");
}

std::string nothing_found()
{
    return cat("There is no model on this machine yet. Ways to get one, each enough by itself:\n\n", "  a file     put a .gguf file into ",
               llm::models_folder(), "\n", "             or name it: interpreter --model PATH/FILE.gguf\n",
               llm::find_engine().empty() ? "             (the engine that runs it is not built yet: ./dev engine in the\n"
                                            "             program's sources)\n"
                                          : "",
               "  Ollama     start it, then: ollama pull qwen2.5-coder\n"
               "  LM Studio  load a model and start the server in its developer tab\n"
               "  Jan        download a model and start its local API server\n"
               "  llama.cpp  llama-server -m FILE.gguf\n"
               "  llamafile  run the file: it serves its model\n"
               "  vLLM       vllm serve NAME\n\n"
               "A server on another machine or port:\n"
               "  interpreter --api_base http://HOST:PORT/v1 --model openai/NAME");
}

// One line for each, names and places in columns.
std::string listing(const std::vector<LocalModel>& models, bool is_numbered)
{
    std::size_t widest = 0;
    for (const auto& model : models) widest = std::max(widest, model.name.size());
    std::string text;
    for (std::size_t i = 0; i < models.size(); ++i) {
        const std::string number = cat(i + 1);
        text += is_numbered ? cat(std::string(4 - std::min<std::size_t>(number.size(), 3), ' '), number, "  ") : std::string{"  --model "};
        text += cat(models[i].name, std::string(widest - models[i].name.size() + 2, ' '), models[i].place, "\n");
    }
    return text;
}

bool can_ask(const Settings& settings)
{
    return settings.frontend != "json" && ::isatty(STDIN_FILENO) && ::isatty(STDOUT_FILENO) && ::isatty(STDERR_FILENO);
}

// A line from the terminal; nullopt: its end.
std::optional<std::string> read_line()
{
    std::string line;
    char block[1024];
    while (!line.ends_with('\n')) {
        const ssize_t got = ::read(STDIN_FILENO, block, sizeof block);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return {};
        line.append(block, static_cast<std::size_t>(got));
    }
    return std::string{trim(line)};
}

const LocalModel* named(const std::vector<LocalModel>& models, const std::string& answer)
{
    if (answer.empty()) return &models.front();
    const long number = to_integer(answer).value_or(0);
    if (number >= 1 && static_cast<std::size_t>(number) <= models.size()) return &models[static_cast<std::size_t>(number) - 1];
    const auto found = std::find_if(models.begin(), models.end(), [&](const LocalModel& model) { return model.name == answer; });
    return found == models.end() ? nullptr : &*found;
}

Result<LocalModel> ask(const std::vector<LocalModel>& models)
{
    std::fprintf(stderr, "\nModels of this machine:\n\n%s\n", valid_utf8(listing(models, true)).c_str());
    for (;;) {
        std::fprintf(stderr, "Which one? (1-%zu, Enter: 1) ", models.size());
        const auto answer = read_line();
        if (!answer) {
            std::fputc('\n', stderr);
            return fail(ErrorKind::not_found, "No model was chosen.");
        }
        if (const LocalModel* chosen = named(models, *answer)) return *chosen;
    }
}

}  // namespace

std::vector<LocalModel> local_models()
{
    std::vector<LocalModel> models;
    for (const auto& server : llm::find_local_models(llm::configured_ports()))
        for (const auto& model : server.models)
            models.push_back({.name = cat(server.port.prefix, "/", model.id),
                              .api_base = llm::base_of(server.port),
                              .place = std::string{server.port.title},
                              .context_window = model.context_window});
    for (const auto& file : llm::list_model_files())
        models.push_back({.name = file.name + ".gguf", .api_base = "", .place = cat("file, ", gigabytes(file.bytes)), .context_window = 0});
    return models;
}

Result<ModelChoice> choose_local_model(const Settings& settings)
{
    const auto models = local_models();
    if (models.empty()) return fail(ErrorKind::not_found, nothing_found());
    if (models.size() > 1 && !can_ask(settings))
        return fail(ErrorKind::not_found, cat("This machine has several models, and nobody can be asked which one. Choose with\n\n",
                                              valid_utf8(listing(models, false))));
    LocalModel chosen = models.front();
    if (models.size() > 1) {
        OI_TRY(chosen, ask(models));
    }
    if (chosen.context_window == 0 && !chosen.api_base.empty())
        chosen.context_window = llm::server_window({.name = chosen.name, .api_base = chosen.api_base, .api_key = settings.api_key});
    return ModelChoice{.name = chosen.name,
                       .api_base = chosen.api_base,
                       .note = cat("on this machine: ", chosen.place),
                       .context_window = chosen.context_window};
}

}  // namespace oi
