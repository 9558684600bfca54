// The address of a file of this machine, for a link on the page.
#pragma once

#include <string>
#include <string_view>

namespace oi {

// "file://HOST/PATH" in printable ASCII; empty: the path is not absolute. With the host, since the terminal may be elsewhere.
std::string file_link(std::string_view path);

}  // namespace oi
