// Recording: the file of --record, read: the models that were asked, and each request with its reply and its times.
// One JSON text a line: {"recording": 1, ...}, {"model": ...} for each model, then for each exchange {"request": N, ...},
// {"reply": N, ...}, {"piece": N, ...}..., {"end": N, ...}.
#pragma once

#include "base/error.h"
#include "net/http.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi::llm {

// Facts about the machine and the day that requests may hold: "folder", "date"...
using RecordedFacts = std::map<std::string, std::string>;

// What a model must be opened with to send the same requests.
struct RecordedModel {
    std::string name;  // as --model takes it
    std::string api_base;
    std::string api_version;
    double temperature = -1;
    long max_tokens = 0;
    long context_window = 0;
    std::string reasoning_effort;
    std::optional<bool> supports_functions;
    std::optional<bool> supports_vision;
};

struct RecordedPiece {
    double at = 0;  // milliseconds since the request
    std::string bytes;
};

struct Exchange {
    std::size_t line = 0;      // of its request, from 1
    net::HttpRequest request;  // keys masked
    std::optional<net::HttpHead> head{};
    double head_at = 0;
    std::vector<RecordedPiece> pieces{};
    std::optional<Result<void>> end{};  // of the transfer; nullopt: the program ended first
    double end_at = 0;
};

struct Recording {
    std::string path;
    RecordedFacts surroundings;
    std::vector<RecordedModel> models;
    std::vector<Exchange> exchanges;
};

// not_found: no such file. invalid: FILE:LINE: what is wrong. Half a line at the end, left by a crash, is passed over.
Result<Recording> read_recording(const std::string& path);

// The lines of the file, each with its line end.
std::string recording_line(const RecordedFacts& surroundings);
std::string model_line(const RecordedModel& model);
std::string request_line(int number, std::string_view model, const net::HttpRequest& request);
std::string reply_line(int number, double at, const net::HttpHead& head);
std::string piece_line(int number, double at, std::string_view bytes);
std::string end_line(int number, double at, const Result<void>& transfer);

// What a file of this kind begins with.
inline constexpr std::string_view recording_mark = "{\"recording\":";

}  // namespace oi::llm
