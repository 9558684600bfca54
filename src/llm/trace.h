// Trace: what --verbose says about a request: both sides of the wire as sent, keys masked, with timings.
#pragma once

#include "base/error.h"
#include "net/http.h"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace oi::llm {

class Trace {
public:
    Trace(const std::function<void(std::string_view)>& out, std::string_view key);

    void request(const net::HttpRequest& request);
    void head(const net::HttpHead& head);
    void body(std::string_view bytes);
    void end(const Result<void>& transfer);

private:
    void hide(std::string_view secret);
    void say(std::string text) const;
    double elapsed() const;  // milliseconds

    const std::function<void(std::string_view)>& out_;
    std::vector<std::string> secrets_;  // masked wherever they stand
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::string body_;
};

}  // namespace oi::llm
