// Error and the version; see include/interpreter/.
#include "interpreter/error.h"

#include "interpreter/version.h"

namespace interpreter {

Error::Error(Failure failure)
    : std::runtime_error{failure.hint.empty() ? failure.what : failure.what + " (" + failure.hint + ")"}, failure_{std::move(failure)}
{
}

Error::~Error() = default;

const char* version() noexcept { return OI_VERSION; }

}  // namespace interpreter
