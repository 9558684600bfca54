// Names of the error kinds, and errno as an Error.
#include "base/error.h"

#include <cerrno>
#include <cstring>

namespace oi {

std::string_view name(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::cancelled: return "cancelled";
    case ErrorKind::timeout: return "timeout";
    case ErrorKind::left_running: return "left_running";
    case ErrorKind::denied: return "denied";
    case ErrorKind::not_found: return "not_found";
    case ErrorKind::invalid: return "invalid";
    case ErrorKind::unsupported: return "unsupported";
    case ErrorKind::auth: return "auth";
    case ErrorKind::rate_limited: return "rate_limited";
    case ErrorKind::context_overflow: return "context_overflow";
    case ErrorKind::over_budget: return "over_budget";
    case ErrorKind::network: return "network";
    case ErrorKind::protocol: return "protocol";
    case ErrorKind::io: return "io";
    }
    return "io";
}

std::string to_line(const Error& error) { return error.hint.empty() ? error.what : error.what + " (" + error.hint + ")"; }

Fail fail_errno(std::string what)
{
    const int code = errno;
    ErrorKind kind = ErrorKind::io;
    if (code == ENOENT || code == ENOTDIR) kind = ErrorKind::not_found;
    if (code == EACCES || code == EPERM) kind = ErrorKind::denied;
    return fail(kind, std::move(what) + ": " + std::strerror(code));
}

}  // namespace oi
