// Recorder: keeps the wire traffic of a run's model requests in a file (see recording.h), keys masked, as it passes.
#pragma once

#include "llm/recording/mask.h"
#include "llm/open_model.h"
#include "llm/provider.h"
#include "llm/recording/recording.h"
#include "net/http_client.h"
#include "sys/fd.h"

#include <memory>
#include <string>

namespace oi::llm {

// One for all models of a run. Shared by what it hands out; one request at a time.
class Recorder : public std::enable_shared_from_this<Recorder> {
public:
    Recorder(std::string path, RecordedFacts facts) : path_{std::move(path)}, facts_{std::move(facts)} {}

    // What sends the requests of this model from now on: through `options.send` or HTTP, each line written before the
    // piece it tells of is handed on. The first call makes the file, for its owner alone; a recording that is there
    // already is replaced. invalid: another file is there; io, denied, not_found: it cannot be written, which while
    // requests pass is an Error of the request.
    Result<net::Send> record(const Endpoint& endpoint, const ModelOptions& options);

private:
    struct Exchange;

    Result<void> open();
    Result<void> write(const std::string& line);

    std::string path_;
    RecordedFacts facts_;
    sys::Fd file_;
    int count_ = 0;
};

}  // namespace oi::llm
