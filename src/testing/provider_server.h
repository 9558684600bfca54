// ProviderServer: runs tests/provider/server.py for one test: a model's vendor on loopback that answers as told.
#pragma once

#include <string>
#include <vector>

namespace oi::testing {

class ProviderServer {
public:
    // `scenario` is the JSON that server.py describes; flags are its flags ("--tls"). Aborts when it does not start.
    explicit ProviderServer(const std::string& scenario, const std::vector<std::string>& flags = {});
    ~ProviderServer();  // ends the process
    ProviderServer(const ProviderServer&) = delete;
    ProviderServer& operator=(const ProviderServer&) = delete;

    int port() const { return port_; }
    std::string base() const;  // "http://127.0.0.1:PORT/v1"
    // What it recorded so far, a JSON object each: {"connection", "method", "path", "headers", "bytes", "body"} for a request.
    std::vector<std::string> records() const;
    // Blocks until a record holds `text`, at most 10 s; "" when none came.
    std::string wait_for_record(const std::string& text) const;

private:
    std::string record_path_;
    int input_ = -1;
    int pid_ = -1;
    int port_ = 0;
    bool is_tls_ = false;
};

}  // namespace oi::testing
