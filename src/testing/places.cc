// The only file whose compilation depends on the checkout's path, so that a compiler's cache serves all checkouts.
#include "testing/places.h"

namespace oi::testing {

std::string source_folder() { return OI_SOURCE_DIR; }
std::string program() { return OI_PROGRAM; }

}  // namespace oi::testing
