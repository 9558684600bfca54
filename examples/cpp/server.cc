// server: conversations over HTTP on this machine alone. POST /NAME with words as its body: the answer of the conversation NAME comes as
// plain text while it is made. A client that goes away stops its turn.
//
//     server MODEL [PORT]        then: curl -N -d "what is 6 * 7?" http://127.0.0.1:PORT/anna
#include <interpreter/interpreter.h>

#include <arpa/inet.h>
#include <cstring>
#include <iostream>
#include <map>
#include <mutex>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace {

// A conversation, and the lock of the one client that it talks to at a time.
struct Room {
    explicit Room(const std::string& model) : session{{.settings = {{"model", model}, {"auto_run", "true"}}}} {}
    std::mutex mutex;
    interpreter::Session session;
};

class House {
public:
    explicit House(std::string model) : model_{std::move(model)} {}
    Room& room(const std::string& name)
    {
        const std::lock_guard lock{mutex_};
        auto& room = rooms_[name];
        if (!room) room = std::make_unique<Room>(model_);
        return *room;
    }

private:
    std::string model_;
    std::mutex mutex_;
    std::map<std::string, std::unique_ptr<Room>> rooms_;
};

bool send_all(int client, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t sent = ::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

// Head and body of one request; false: it is none that we know.
bool read_request(int client, std::string& name, std::string& words)
{
    std::string all;
    std::size_t head = std::string::npos, length = 0;
    char block[4096];
    while (head == std::string::npos || all.size() < head + 4 + length) {
        const ssize_t got = ::recv(client, block, sizeof block, 0);
        if (got <= 0 || all.size() > (1 << 20)) return false;
        all.append(block, static_cast<std::size_t>(got));
        if (head == std::string::npos && (head = all.find("\r\n\r\n")) != std::string::npos)
            if (const char* field = ::strcasestr(all.c_str(), "\r\ncontent-length:")) length = std::strtoul(field + 17, nullptr, 10);
    }
    if (all.rfind("POST /", 0) != 0) return false;
    name = all.substr(6, all.find(' ', 6) - 6);
    words = all.substr(head + 4, length);
    return true;
}

void serve(int client, House& house)
{
    std::string name, words;
    if (!read_request(client, name, words)) {
        send_all(client, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nPOST /NAME with words as its body\n");
    } else {
        Room& room = house.room(name);
        const std::lock_guard lock{room.mutex};
        send_all(client, "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n");
        try {
            for (const auto& chunk : room.session.stream(words)) {
                const bool is_shown = chunk.type == "message" || chunk.format == "output";
                if (is_shown && !send_all(client, chunk.mark == interpreter::Chunk::Mark::end ? "\n" : chunk.content)) break;
            }
        } catch (const interpreter::Error& error) {
            send_all(client, std::string{"error: "} + error.what() + "\n");
        }
    }
    ::close(client);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::cerr << "usage: server MODEL [PORT]\n";
        return 2;
    }
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(argc > 2 ? std::atoi(argv[2]) : 0));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 16) != 0) {
        std::perror("server");
        return 1;
    }
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    std::cout << "http://127.0.0.1:" << ntohs(address.sin_port) << std::endl;
    House house{argv[1]};
    for (;;) {
        const int client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (client >= 0) std::thread{[client, &house] { serve(client, house); }}.detach();
    }
}
