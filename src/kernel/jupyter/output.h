// What Jupyter kernels publish, as chunks and texts.
#pragma once

#include "base/json.h"
#include "core/chunk.h"

#include <string>
#include <vector>

namespace oi::kernel::jupyter {

// The `data` of display_data, execute_result and update_display_data.
std::vector<Chunk> display_chunks(const json::Value& data);
// The content of an `error`, or of a reply whose status is error: the traceback without colours, a whole line.
std::string error_text(const json::Value& content);
// What the `payload` of an execute_reply wants shown (the page of a `name?`).
std::vector<Chunk> page_chunks(const json::Value& content);
// Whether that reply asks the client to end the kernel (`exit`).
bool asks_to_exit(const json::Value& content);

}  // namespace oi::kernel::jupyter
