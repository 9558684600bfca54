// `interpreter --conversations`: what is stored, newest first.
#pragma once

namespace oi {

int list_conversations();

}  // namespace oi
