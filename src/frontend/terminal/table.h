// A Markdown table, laid out for the width at hand once all its rows have come.
#pragma once

#include "frontend/terminal/page.h"

#include <string>
#include <vector>

namespace oi {

// Whether the line is the one that makes a table of the row above it: | --- | :--: |
bool is_table_rule(std::string_view line);

// `lines`: the rows as they were written, the rule second. `room`: columns beside the page's margin.
void put_table(Page& page, const std::vector<std::string>& lines, int room);

}  // namespace oi
