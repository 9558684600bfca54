// interpreter-engine: serves one GGUF file in OpenAI's chat format on a Unix socket, to the interpreter that started it.
//
//     interpreter-engine MODEL.gguf LISTENING_DESCRIPTOR CONTEXT THREADS      (0: the model's own window, all cores)
//
// The model is loaded at the first request, whose stream tells how far it is. One request at a time.
#include "base/json.h"
#include "base/text.h"
#include "engine/completion.h"
#include "sys/wait.h"

#include <csignal>
#include <cstdio>
#include <sys/socket.h>

namespace oi::engine {

namespace {

std::string error_json(const Error& error)
{
    json::Writer w;
    w.object([&] {
        w.key("error");
        w.object([&] {
            w.field("message", valid_utf8(to_line(error)));
            w.field("type", error.kind == ErrorKind::context_overflow ? "context_length_exceeded" : "invalid_request_error");
            w.field("code", error.kind == ErrorKind::io ? 500 : 400);
        });
    });
    return w.take();
}

class Server {
public:
    Server(LoadOptions options, sys::Fd listener) : options_{std::move(options)}, listener_{std::move(listener)} {}

    [[noreturn]] void run()
    {
        for (;;) {
            std::vector<pollfd> waiting{{listener_.get(), POLLIN, 0}};
            for (const auto& client : clients_) waiting.push_back({client.fd(), POLLIN, 0});
            sys::wait(waiting, {});
            for (std::size_t i = waiting.size(); i-- > 1;)
                if (waiting[i].revents != 0 && !serve(clients_[i - 1]))
                    clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(i - 1));
            if (waiting[0].revents == 0) continue;
            sys::Fd client{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
            if (client.is_open()) clients_.emplace_back(std::move(client));
        }
    }

private:
    // One request; false: the client has gone.
    bool serve(Connection& client)
    {
        const auto call = client.read();
        if (!call) return false;
        if (call->method == "GET" && call->path == "/v1/models") client.answer(200, models());
        else if (call->method == "GET" && call->path == "/props") client.answer(200, properties());
        else if (call->method == "POST" && call->path == "/v1/chat/completions") chat(client, call->body);
        else client.answer(404, error_json({ErrorKind::not_found, cat("there is no ", call->method, " ", call->path)}));
        return !client.is_closed();
    }

    void chat(Connection& client, const std::string& body)
    {
        client.begin_stream();
        auto result = load(client);
        if (result) result = complete_chat(*inference_, body, client);
        if (!result) client.event(error_json(result.error()));
        client.end_stream();
    }

    Result<void> load(Connection& client)
    {
        if (inference_) return {};
        ProgressTeller teller{client, "loading the model"};
        auto loaded = Inference::load(options_, [&](int percent) { return teller.tell(percent); });
        if (!loaded) return Fail{loaded.error()};
        inference_ = std::move(*loaded);
        return {};
    }

    std::string models() const
    {
        json::Writer w;
        w.object([&] {
            w.field("object", "list");
            w.key("data");
            w.array([&] {
                w.object([&] {
                    w.field("id", valid_utf8(options_.path));
                    w.field("object", "model");
                });
            });
        });
        return w.take();
    }

    std::string properties() const
    {
        json::Writer w;
        w.object([&] {
            w.field("is_loaded", inference_ != nullptr);
            w.field("n_ctx", static_cast<std::uint64_t>(inference_ ? inference_->window() : 0));
            w.field("cached_tokens", static_cast<std::uint64_t>(inference_ ? inference_->used() : 0));
        });
        return w.take();
    }

    LoadOptions options_;
    sys::Fd listener_;
    std::vector<Connection> clients_;
    std::unique_ptr<Inference> inference_;
};

}  // namespace

}  // namespace oi::engine

int main(int argc, char** argv)
{
    using namespace oi;
    const auto number = [&](int i) { return argc == 5 ? to_integer(argv[i]).value_or(-1) : -1; };
    if (number(2) < 0 || number(3) < 0 || number(4) < 0) {
        std::fputs("interpreter-engine: started by interpreter for --model FILE.gguf\n", stderr);
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    llama_backend_init();
    engine::Server{{.path = argv[1], .context = number(3), .threads = static_cast<int>(number(4))}, sys::Fd{static_cast<int>(number(2))}}
        .run();
}
