// Names of roles and kinds, and the messages that the program makes itself.
#include "core/message.h"

#include <array>
#include <utility>

namespace oi {

namespace {

constexpr std::array<std::string_view, 5> roles{"user", "assistant", "computer", "system", "server"};
constexpr std::array<std::string_view, 10> kinds{"message",      "code",   "console", "image", "file",
                                                 "confirmation", "review", "command", "error", "status"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name)
{
    for (std::size_t i = 0; i < N; ++i)
        if (names[i] == name) return static_cast<Enum>(i);
    return {};
}

}  // namespace

std::string_view name(Role role) { return roles[static_cast<std::size_t>(role)]; }
std::string_view name(Kind kind) { return kinds[static_cast<std::size_t>(kind)]; }
std::optional<Role> role_from(std::string_view name) { return find<Role>(roles, name); }
std::optional<Kind> kind_from(std::string_view name) { return find<Kind>(kinds, name); }

Message user(std::string text) { return {Role::user, Kind::message, "", std::move(text), ""}; }
Message assistant(std::string text) { return {Role::assistant, Kind::message, "", std::move(text), ""}; }
Message code(std::string language, std::string text) { return {Role::assistant, Kind::code, std::move(language), std::move(text), ""}; }
Message output(std::string text) { return {Role::computer, Kind::console, "output", std::move(text), ""}; }

}  // namespace oi
