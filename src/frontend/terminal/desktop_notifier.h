// DesktopNotifier: tells a person by the desktop of this machine, where there is one.
#pragma once

#include "sys/process.h"

#include <string_view>

namespace oi {

class DesktopNotifier {
public:
    // False: there is no desktop here, or no program (notify-send) that reaches it. Does not wait for it.
    bool notify(std::string_view text);

private:
    sys::Process last_;
};

}  // namespace oi
