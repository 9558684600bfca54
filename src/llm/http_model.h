// HttpModel: a language model behind HTTP: Provider writes and reads, Transport carries.
#pragma once

#include "core/language_model.h"
#include "llm/catalogue/ask_server.h"
#include "llm/open_model.h"
#include "llm/provider.h"
#include "llm/request_counter.h"
#include "llm/reply_memory.h"
#include "llm/transport.h"

namespace oi::llm {

class HttpModel : public LanguageModel {
public:
    HttpModel(Endpoint endpoint, ModelInfo info, const ModelOptions& options);

    Result<Usage> stream(const Request& request, const EventSink& sink, std::stop_token stop) override;
    long count_tokens(const Request& request) override { return counter_.count(request, endpoint_); }
    void learn(const EventSink& sink, std::stop_token stop) override;
    ModelInfo info() const override { return info_; }

private:
    void take(const ServerFacts& facts);
    void set_window(long tokens);
    bool takes_no_tools(const Error& error) const;
    bool adapt_fields(const Error& error);

    Endpoint endpoint_;
    ModelInfo info_;
    bool may_leave_tools_;  // the person did not say whether the model takes tools
    bool may_set_window_;   // nor how large its window is
    bool may_set_images_;   // nor whether it takes pictures
    bool has_asked_ = false;
    bool has_warned_ = false;
    Transport transport_;
    RequestCounter counter_;
    ReplyMemory memory_;
};

}  // namespace oi::llm
