// EngineModel: the file's facts decide window and warning; the rest is OpenAI's format over a Unix socket.
#include "llm/local/engine_model.h"

#include "base/text.h"
#include "llm/local/model_file.h"
#include "llm/providers.h"
#include "sys/files.h"
#include "sys/memory.h"

#include <algorithm>
#include <filesystem>

namespace oi::llm {

namespace {

constexpr long unasked_window = 32768;
constexpr long unknown_window = 3000;  // the classic program's for local models
constexpr long unknown_answer = 1000;
constexpr long most_answer = 4096;
constexpr long least_window = 1024;

std::string gigabytes(std::int64_t bytes) { return cat(static_cast<double>(bytes / 100'000'000) / 10, " GB"); }

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Result<std::string> engine_program(const std::string& path)
{
    std::string program = find_engine();
    if (!program.empty()) return program;
    return fail(ErrorKind::not_found, cat(file_name(path), " is a model file, and the engine that runs such files is not built yet"),
                "./dev engine in the program's sources builds it (once, some minutes, needs npm); until then serve the file with Ollama, "
                "LM Studio or llama.cpp");
}

Result<GgufHeader> header_of(const std::string& path)
{
    if (!sys::exists(path))
        return fail(ErrorKind::not_found, cat("there is no model file ", path),
                    cat("model files are also looked for in ", models_folder()));
    return read_gguf(path);
}

std::int64_t size_of(const std::string& path, long parts)
{
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path, error);
    return error ? 0 : static_cast<std::int64_t>(bytes) * parts;
}

std::string memory_warning(const std::string& path, std::int64_t bytes, std::int64_t available)
{
    if (available <= 0 || bytes <= available) return {};
    return cat(file_name(path), " has ", gigabytes(bytes), ", of memory there is ", gigabytes(available),
               ": it will be read from the disk again and again, and answer very slowly");
}

Endpoint endpoint_of(const std::string& path, long window, long most, const ModelOptions& options)
{
    Endpoint endpoint;
    endpoint.provider = &openai_provider;
    endpoint.vendor = file_name(path);
    endpoint.model = file_name(path);
    endpoint.base_url = "http://localhost/v1";  // the host is only a name
    endpoint.temperature = options.temperature;
    endpoint.max_tokens = most;
    endpoint.context_window = window;
    endpoint.code_form = options.supports_functions.value_or(true) ? CodeForm::calls : CodeForm::fences;
    return endpoint;
}

}  // namespace

long window_of(const GgufHeader& header, long asked, std::int64_t free_bytes)
{
    if (header.context_length <= 0) return asked > 0 ? asked : unknown_window;
    if (asked > 0) return std::min(asked, header.context_length);
    long window = std::min(header.context_length, unasked_window);
    if (const long each = header.cache_bytes_per_token(); each > 0 && free_bytes > 0)
        window = std::min(window, std::max(least_window, static_cast<long>(free_bytes / 2 / each)));
    return std::min(window, header.context_length);
}

Result<std::unique_ptr<LanguageModel>> open_model_file(const std::string& path, const ModelOptions& options)
{
    OI_TRY(const GgufHeader header, header_of(path));
    OI_TRY(std::string program, engine_program(path));
    const std::int64_t bytes = size_of(path, header.parts);
    const std::int64_t available = sys::available_memory();
    const long window = window_of(header, options.context_window, std::max<std::int64_t>(available - bytes, 1));
    const long most =
        options.max_tokens > 0 ? options.max_tokens : std::clamp(window / 5, std::min(unknown_answer, window / 2), most_answer);
    ModelInfo info{.name = options.name,
                   .context_window = window,
                   .max_tokens = most,
                   .supports_functions = options.supports_functions.value_or(true),
                   .supports_vision = false,
                   .price = {.input = 0, .output = 0}};
    return std::make_unique<EngineModel>(std::make_unique<EngineProcess>(std::move(program), path, window),
                                         endpoint_of(path, window, most, options), std::move(info), options,
                                         memory_warning(path, bytes, available));
}

EngineModel::EngineModel(std::unique_ptr<EngineProcess> process, Endpoint endpoint, ModelInfo info, ModelOptions options,
                         std::string warning)
    : process_{std::move(process)},
      endpoint_{std::move(endpoint)},
      info_{std::move(info)},
      options_{std::move(options)},
      warning_{std::move(warning)}
{
    // The engine is ours: what it fails at, it fails at again.
    options_.retry_for = std::chrono::duration<double>{0};
    options_.is_attended = false;
}

Result<Usage> EngineModel::stream(const Request& request, const EventSink& sink, std::stop_token stop)
{
    if (!warning_.empty()) sink(Notice{Notice::Level::warning, std::exchange(warning_, {})});
    OI_CHECK(process_->start());
    if (!model_) {
        endpoint_.unix_socket = process_->socket();
        model_ = std::make_unique<HttpModel>(endpoint_, info_, options_);
    }
    auto result = model_->stream(request, sink, std::move(stop));
    if (result || result.error().kind == ErrorKind::cancelled) return result;
    Error error = std::move(result).error();
    error.what = replace_all(std::move(error.what), "an error inside the stream: ", "");  // the engine has no other place for one
    if (error.kind == ErrorKind::invalid || error.kind == ErrorKind::context_overflow) return Fail{std::move(error)};
    if (const auto end = process_->end())
        return fail(ErrorKind::io, cat("the engine that ran ", endpoint_.vendor, " has ended: ", *end),
                    "the next message starts it again; with too little memory a smaller model or --context_window helps");
    return Fail{std::move(error)};
}

}  // namespace oi::llm
