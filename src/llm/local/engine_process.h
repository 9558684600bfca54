// EngineProcess: interpreter-engine, the program that runs model files, started when it is needed and gone when we are.
#pragma once

#include "sys/keeper.h"

#include <optional>
#include <string>

namespace oi::llm {

// The engine's executable: $INTERPRETER_ENGINE, else beside this program, else where ./dev engine builds it; "": there is none.
std::string find_engine();

class EngineProcess {
public:
    // `context` in tokens, 0: the model's own.
    EngineProcess(std::string program, std::string model_path, long context);
    ~EngineProcess();
    EngineProcess(const EngineProcess&) = delete;
    EngineProcess& operator=(const EngineProcess&) = delete;

    // Starts it unless it runs; it takes requests from then on. Nobody but this user can reach it.
    Result<void> start();
    // Of the socket; the same for all its lives. "" before the first start.
    const std::string& socket() const { return socket_; }
    // How it ended, with its last words, if it ended by now or within half a second; nullopt: it runs.
    std::optional<std::string> end();

private:
    Result<void> make_folder();
    Result<sys::Fd> listen() const;
    bool is_running();

    std::string program_;
    std::string model_path_;
    long context_;
    std::string folder_;
    std::string socket_;
    std::optional<sys::Keeper> keeper_;
    std::string last_end_;
};

}  // namespace oi::llm
