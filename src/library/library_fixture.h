// What the tests of the library share: a model of the program's own that says what the test wants.
#pragma once

#include "base/json.h"
#include "interpreter/interpreter.h"
#include "testing/places.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace interpreter::testing {

inline std::string delta(const std::string& text)
{
    oi::json::Writer w;
    w.object([&] {
        w.key("choices");
        w.array([&] {
            w.object([&] {
                w.key("delta");
                w.object([&] { w.field("content", text); });
            });
        });
    });
    return w.take();
}

inline std::string cell(const std::string& language, const std::string& code) { return "```" + language + "\n" + code + "\n```\n"; }

// Gives one reply to each request; "ok" when there is none left.
struct Replies {
    explicit Replies(std::deque<std::string> all) : left{std::move(all)} {}
    Completion completion()
    {
        return [this](const std::string& request, const std::function<void(const std::string&)>& sink, std::stop_token) {
            std::string reply = "ok";
            {
                const std::lock_guard lock{mutex};
                requests.push_back(request);
                if (!left.empty()) {
                    reply = left.front();
                    left.pop_front();
                }
            }
            for (std::size_t at = 0; at < reply.size(); at += 7) sink(delta(reply.substr(at, 7)));
        };
    }
    std::mutex mutex;
    std::deque<std::string> left;
    std::vector<std::string> requests;
};

inline Options options(Replies& replies, std::vector<std::pair<std::string, std::string>> more = {})
{
    Options made;
    made.settings = {{"auto_run", "true"}, {"llm_supports_functions", "false"}, {"python", "/usr/bin/python3"}};
    made.settings.insert(made.settings.end(), more.begin(), more.end());
    made.program = oi::testing::program();
    made.completion = replies.completion();
    return made;
}

inline Message message(std::string role, std::string type, std::string format, std::string content)
{
    return {std::move(role), std::move(type), std::move(format), std::move(content)};
}

// The Error that `act` throws, as "KIND: LINE"; empty: none.
template <class Act>
std::string error_of(Act act)
{
    try {
        act();
    } catch (const Error& error) {
        return error.kind() + ": " + error.what();
    }
    return {};
}

}  // namespace interpreter::testing
