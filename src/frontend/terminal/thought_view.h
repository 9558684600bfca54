// ThoughtView: what a model thinks, on the page: dim, behind a bar, as it comes.
#pragma once

#include "frontend/terminal/page.h"
#include "frontend/terminal/safe_text.h"

#include <string>
#include <string_view>

namespace oi {

// Plain words: thoughts are no Markdown to be rendered. Empty lines within stay, those at either end do not.
class ThoughtView {
public:
    explicit ThoughtView(Page& page) : page_{page} {}

    void begin();
    void feed(std::string_view text);
    void finish();

private:
    void put(std::string_view text);

    Page& page_;
    SafeText safe_;
    int empty_lines_ = 0;  // held until something follows them
    bool has_text_ = false;
};

}  // namespace oi
