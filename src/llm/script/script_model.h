// ScriptModel: a language model whose words come from a file; for tests, cases and the demo.
#pragma once

#include "core/language_model.h"
#include "core/rough_tokens.h"
#include "llm/reader/chunk_outlet.h"
#include "llm/open_model.h"
#include "llm/script/script.h"

#include <memory>
#include <string>
#include <vector>

namespace oi::llm {

// Request number N of this object gets reply number N; when they have run out, one clear Error. Everything else about it
// is real: pieces, pauses, stop, errors in the middle.
class ScriptModel : public LanguageModel {
public:
    ScriptModel(std::string path, std::vector<ScriptReply> replies, const ModelOptions& options);

    Result<Usage> stream(const Request& request, const EventSink& sink, std::stop_token stop) override;
    long count_tokens(const Request& request) override { return rough_tokens(request); }
    ModelInfo info() const override { return info_; }

private:
    Result<const ScriptReply*> next_reply();

    std::string path_;
    std::vector<ScriptReply> replies_;
    std::string sent_path_;
    ModelInfo info_;
    std::size_t consumed_ = 0;
};

// The script from its file. Errors name the path, and the line where it is malformed.
Result<std::unique_ptr<LanguageModel>> open_script(const std::string& path, const ModelOptions& options);
// The script from its text, for scripts that are part of the program; `name` stands for it in errors.
Result<std::unique_ptr<LanguageModel>> open_script_text(std::string_view text, std::string name, const ModelOptions& options);

}  // namespace oi::llm
