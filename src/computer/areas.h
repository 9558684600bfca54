// The calls of a running cell by name: "files.edit" is the method `edit` of the area `files`.
#pragma once

#include "base/error.h"
#include "core/sandbox.h"

#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace oi::computer {

// One call. Paths in its arguments are absolute: only the cell knows its folder.
struct Call {
    std::string_view arguments;   // a JSON object
    const SandboxPolicy& policy;  // what the cell itself may do: a call may do no more
    std::stop_token stop{};
};

struct Method {
    std::string_view name;
    Result<std::string> (*answer)(const Call&);  // gives JSON; the Error's line is what the cell raises
};

// Answers `method` ("files.edit"). unsupported: there is no such method; the error names those that are there.
Result<std::string> answer(std::string_view method, const Call& call);

namespace area {
#define AREA(name) std::span<const Method> name();
#include "computer/areas.def"
}  // namespace area

}  // namespace oi::computer
