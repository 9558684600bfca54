// Message: one LMC value, the only currency of the program. Pure; identity and storage live elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

// Who speaks. Enumerators are spelled as on the wire.
enum class Role : std::uint8_t { user, assistant, computer, system, server };

// What is said: the `type` of a message on the wire.
enum class Kind : std::uint8_t { message, code, console, image, file, confirmation, review, command, error, status };

std::string_view name(Role role);
std::string_view name(Kind kind);
std::optional<Role> role_from(std::string_view name);
std::optional<Kind> kind_from(std::string_view name);

// `format` refines the type: the language of code, `output` or `active_line` of a console, `base64.png`
// or `path` of an image. `content` is UTF-8 text. `recipient` is empty (everyone), `user` (never sent
// to the model) or `assistant` (never displayed).
struct Message {
    Role role = Role::user;
    Kind type = Kind::message;
    std::string format{};
    std::string content{};
    std::string recipient{};

    bool operator==(const Message&) const = default;
};

// Shorthands for the messages that the program itself makes, and for tests.
Message user(std::string text);
Message assistant(std::string text);
Message code(std::string language, std::string text);
Message output(std::string text);

}  // namespace oi
