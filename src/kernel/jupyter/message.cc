// Writing and reading Jupyter's messages; see message.h.
#include "kernel/jupyter/message.h"

#include "base/json.h"
#include "base/text.h"
#include "net/crypto.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <optional>

namespace oi::kernel::jupyter {
namespace {

constexpr std::string_view delimiter = "<IDS|MSG>";
constexpr std::array<std::string_view, 4> channels{"shell", "control", "iopub", "stdin"};

Fail malformed(std::string_view why) { return fail(ErrorKind::protocol, cat("a malformed message of a Jupyter kernel: ", why)); }

Result<Channel> channel_of(std::string_view text)
{
    const auto found = std::find(channels.begin(), channels.end(), text);
    if (found == channels.end()) return malformed("an unknown channel");
    return static_cast<Channel>(found - channels.begin());
}

std::string now_text()
{
    const auto now = std::chrono::system_clock::now();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

// Fills in what the headers say.
Result<Message> with_names(Message message)
{
    const auto header = json::parse(message.header);
    if (!header || !header->IsObject()) return malformed("its header is no JSON object");
    message.type = json::text(*header, "msg_type");
    message.id = json::text(*header, "msg_id");
    if (const auto parent = json::parse(message.parent_header); parent) message.parent_id = json::text(*parent, "msg_id");
    if (message.type.empty()) return malformed("its header names no type");
    return message;
}

Result<std::string> sign(std::string_view key, std::span<const std::string> four)
{
    if (key.empty()) return std::string{};
    std::string all;
    for (const auto& part : four) all += part;
    OI_TRY(const std::string digest, net::hmac_sha256(key, all));
    return net::hex(digest);
}

template <bool is_big_endian>
std::uint64_t read_number(std::string_view bytes, std::size_t at, std::size_t width)
{
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < width; ++i)
        number = (number << 8) | static_cast<std::uint8_t>(bytes[at + (is_big_endian ? i : width - 1 - i)]);
    return number;
}

// The pieces between rising offsets into `bytes`; nullopt: an offset is wrong.
std::optional<std::vector<std::string>> pieces(std::string_view bytes, const std::vector<std::uint64_t>& offsets)
{
    std::vector<std::string> found;
    for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
        if (offsets[i] > offsets[i + 1] || offsets[i + 1] > bytes.size()) return {};
        found.emplace_back(bytes.substr(offsets[i], offsets[i + 1] - offsets[i]));
    }
    return found;
}

}  // namespace

std::string_view name(Channel channel) { return channels[static_cast<std::size_t>(channel)]; }

Message make_message(Channel channel, std::string type, std::string content, std::string_view session, std::string parent_header)
{
    Message message{.channel = channel, .type = std::move(type), .id = net::hex(net::random_bytes(16))};
    json::Writer writer;
    writer.object([&] {
        writer.field("msg_id", message.id);
        writer.field("session", session);
        writer.field("username", "open-interpreter");
        writer.field("date", now_text());
        writer.field("msg_type", message.type);
        writer.field("version", "5.3");
    });
    message.header = writer.take();
    message.parent_header = std::move(parent_header);
    message.content = std::move(content);
    return message;
}

Result<std::vector<std::string>> to_parts(const Message& message, std::string_view key)
{
    std::vector<std::string> four{message.header, message.parent_header, message.metadata, message.content};
    OI_TRY(auto signature, sign(key, four));
    std::vector<std::string> parts{std::string{delimiter}, std::move(signature)};
    parts.insert(parts.end(), four.begin(), four.end());
    parts.insert(parts.end(), message.buffers.begin(), message.buffers.end());
    return parts;
}

Result<Message> from_parts(std::vector<std::string> parts, std::string_view key, Channel channel)
{
    const auto mark = std::find(parts.begin(), parts.end(), delimiter);
    const auto rest = std::span{parts}.subspan(static_cast<std::size_t>(mark - parts.begin()));
    if (rest.size() < 6) return malformed("parts are missing");
    OI_TRY(const auto signature, sign(key, rest.subspan(2, 4)));
    if (!key.empty() && !net::is_same_secret(signature, rest[1])) return malformed("its signature is wrong");
    return with_names({.channel = channel,
                       .header = std::move(rest[2]),
                       .parent_header = std::move(rest[3]),
                       .metadata = std::move(rest[4]),
                       .content = std::move(rest[5]),
                       .buffers = {rest.begin() + 6, rest.end()}});
}

std::string to_json(const Message& message)
{
    return cat(R"({"channel":")", name(message.channel), R"(","header":)", message.header, R"(,"parent_header":)", message.parent_header,
               R"(,"metadata":)", message.metadata, R"(,"content":)", message.content, R"(,"buffers":[]})");
}

Result<Message> from_json(std::string_view text)
{
    const auto parsed = json::parse(text);
    if (!parsed) return malformed(parsed.error().what);
    const auto part = [&](std::string_view key) {
        const auto* found = json::find(*parsed, key);
        return found ? json::to_text(*found) : std::string{"{}"};
    };
    OI_TRY(const Channel channel, channel_of(json::text(*parsed, "channel")));
    return with_names({.channel = channel,
                       .header = part("header"),
                       .parent_header = part("parent_header"),
                       .metadata = part("metadata"),
                       .content = part("content")});
}

Result<Message> from_json_with_buffers(std::string_view bytes)
{
    if (bytes.size() < 4) return malformed("it is cut short");
    const auto count = read_number<true>(bytes, 0, 4);
    if (count == 0 || count > bytes.size() / 4 || 4 * (count + 1) > bytes.size()) return malformed("its offsets are wrong");
    std::vector<std::uint64_t> offsets;
    for (std::size_t i = 0; i < count; ++i) offsets.push_back(read_number<true>(bytes, 4 * (i + 1), 4));
    offsets.push_back(bytes.size());
    auto found = pieces(bytes, offsets);
    if (!found) return malformed("its offsets are wrong");
    OI_TRY(auto message, from_json(found->front()));
    message.buffers.assign(found->begin() + 1, found->end());
    return message;
}

std::string to_v1(const Message& message)
{
    std::vector<std::string> parts{std::string{name(message.channel)}, message.header, message.parent_header, message.metadata,
                                   message.content};
    parts.insert(parts.end(), message.buffers.begin(), message.buffers.end());
    std::string bytes;
    const auto add = [&](std::uint64_t number) {
        for (int i = 0; i < 8; ++i) bytes += static_cast<char>((number >> (8 * i)) & 0xFF);
    };
    add(parts.size() + 1);
    std::uint64_t offset = 8 * (parts.size() + 2);
    add(offset);
    for (const auto& part : parts) add(offset += part.size());
    for (const auto& part : parts) bytes += part;
    return bytes;
}

Result<Message> from_v1(std::string_view bytes)
{
    if (bytes.size() < 8) return malformed("it is cut short");
    const auto count = read_number<false>(bytes, 0, 8);
    if (count < 6 || count > bytes.size() / 8 || 8 * (count + 1) > bytes.size()) return malformed("its offsets are wrong");
    std::vector<std::uint64_t> offsets;
    for (std::size_t i = 0; i < count; ++i) offsets.push_back(read_number<false>(bytes, 8 * (i + 1), 8));
    const auto found = pieces(bytes, offsets);
    if (!found) return malformed("its offsets are wrong");
    OI_TRY(const Channel channel, channel_of(found->front()));
    return with_names({.channel = channel,
                       .header = (*found)[1],
                       .parent_header = (*found)[2],
                       .metadata = (*found)[3],
                       .content = (*found)[4],
                       .buffers = {found->begin() + 5, found->end()}});
}

}  // namespace oi::kernel::jupyter
