// Finding the method that a cell calls; see areas.h.
#include "computer/areas.h"

#include "base/text.h"

namespace oi::computer {

namespace {

struct Area {
    std::string_view name;
    std::span<const Method> methods;
};

std::vector<Area> areas()
{
    return {
#define AREA(name) {#name, area::name()},
#include "computer/areas.def"
    };
}

}  // namespace

Result<std::string> answer(std::string_view method, const Call& call)
{
    std::vector<std::string> known{"run"};
    for (const auto& [name, methods] : areas()) {
        for (const auto& candidate : methods) {
            known.push_back(cat(name, ".", candidate.name));
            if (known.back() == method) return candidate.answer(call);
        }
    }
    return fail(ErrorKind::unsupported, cat("computer.", method, ": there is no such call"), cat("there are ", join(known, ", ")));
}

}  // namespace oi::computer
