// Messages of Jupyter kernels and the forms in which they travel
// (https://jupyter-client.readthedocs.io/en/stable/messaging.html).
#pragma once

#include "base/error.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oi::kernel::jupyter {

enum class Channel : std::uint8_t { shell, control, iopub, stdin_ };
std::string_view name(Channel channel);

// One message. The four parts are JSON texts; what is asked of the headers most is beside them.
struct Message {
    Channel channel = Channel::shell;
    std::string type;       // "execute_request"
    std::string id;         // unique
    std::string parent_id;  // of the message that this one answers, or ""
    std::string header = "{}";
    std::string parent_header = "{}";
    std::string metadata = "{}";
    std::string content = "{}";
    std::vector<std::string> buffers{};  // raw bytes
    bool operator==(const Message&) const = default;
};

// A new message of the session `session`; `parent_header` of what it answers.
Message make_message(Channel channel, std::string type, std::string content, std::string_view session, std::string parent_header = "{}");

// The parts of a ZeroMQ message, signed with HMAC-SHA256 by `key` (empty: not signed). not_found: libcrypto is missing.
Result<std::vector<std::string>> to_parts(const Message& message, std::string_view key);
// protocol: malformed, or not signed by `key` (empty: whoever signed it, for ways on which nobody else can be).
Result<Message> from_parts(std::vector<std::string> parts, std::string_view key, Channel channel);

// A WebSocket text message of the default protocol
// (https://jupyter-server.readthedocs.io/en/latest/developers/websocket-protocols.html); `message` has no buffers.
std::string to_json(const Message& message);
Result<Message> from_json(std::string_view text);
// The binary message of the default protocol: a text message and buffers.
Result<Message> from_json_with_buffers(std::string_view bytes);

// A WebSocket binary message of the protocol v1.kernel.websocket.jupyter.org (same page).
std::string to_v1(const Message& message);
Result<Message> from_v1(std::string_view bytes);

}  // namespace oi::kernel::jupyter
