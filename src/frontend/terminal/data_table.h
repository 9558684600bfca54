// A table of data on the page: aligned, fitted to the width, long ones folded.
#pragma once

#include "frontend/terminal/html_table.h"
#include "frontend/terminal/page.h"

namespace oi {

enum class Shown : unsigned char { whole, in_part };

// In rows behind the page's margin. Columns of numbers stand to the right; what is too wide ends with an ellipsis, then columns
// in the middle are left out; of many rows the first and the last are put, with the number of the others.
Shown put_data_table(Page& page, const HtmlTable& table);

}  // namespace oi
