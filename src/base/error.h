// Result and Error: how every part of the program says that something failed, and who can mend it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace oi {

// What callers decide on. The words are shown to people and written to JSON as they stand.
enum class ErrorKind : std::uint8_t {
    cancelled,         // the person or the program asked to stop
    timeout,           // a deadline passed
    left_running,      // it was left to run on by itself
    denied,            // permission refused, by the person or by the system
    not_found,         // a file, a program, a model, a host
    invalid,           // the input is malformed: the caller's to mend
    unsupported,       // understood, but not possible here
    auth,              // the key is missing or refused
    rate_limited,      // the provider asks to wait (see Error::retry_after)
    context_overflow,  // the request is larger than the model takes
    over_budget,       // the request would cost more than the person allows
    network,           // connection, TLS, DNS, a stream cut short
    protocol,          // the other side sent what its format does not allow
    io,                // the disk, a pipe, a terminal
};

std::string_view name(ErrorKind kind);

// `what` names the thing that failed in one line; `hint` says what would mend it, or is empty.
struct Error {
    ErrorKind kind = ErrorKind::io;
    std::string what;
    std::string hint{};
    std::chrono::milliseconds retry_after{0};  // how long the other side asks us to wait; 0: it did not say

    bool operator==(const Error&) const = default;
};

// "what", or "what (hint)": one line for the person.
std::string to_line(const Error& error);

// A T, or why there is none. Its value may not be dropped unseen.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
    using tl::expected<T, Error>::expected;
    Result() = default;
};
using Fail = tl::unexpected<Error>;

inline Fail fail(ErrorKind kind, std::string what, std::string hint = {}) { return Fail{Error{kind, std::move(what), std::move(hint)}}; }

// The failure of the last system call: "WHAT: strerror(errno)", with the kind that errno means.
Fail fail_errno(std::string what);

// Says in the code that a failure is of no consequence, and why.
template <class T>
void ignore(const Result<T>&, const char* /*why*/)
{
}

#define OI_CONCAT_(a, b) a##b
#define OI_CONCAT(a, b) OI_CONCAT_(a, b)

// OI_TRY(auto body, read(path));  declares `body`, or returns the error to the caller.
#define OI_TRY(declaration, ...)                                                                           \
    auto OI_CONCAT(oi_try_, __LINE__) = (__VA_ARGS__);                                                     \
    if (!OI_CONCAT(oi_try_, __LINE__)) return ::oi::Fail{std::move(OI_CONCAT(oi_try_, __LINE__)).error()}; \
    declaration = std::move(*OI_CONCAT(oi_try_, __LINE__))

// OI_CHECK(write(path));  the same for Result<void>.
#define OI_CHECK(...)                                                                                       \
    do {                                                                                                    \
        if (auto oi_checked = (__VA_ARGS__); !oi_checked) return ::oi::Fail{std::move(oi_checked).error()}; \
    } while (false)

}  // namespace oi
