// Rows beside the question; see approval_view.h.
#include "frontend/terminal/approval_view.h"

#include "base/text.h"
#include "frontend/approval_lines.h"
#include "frontend/terminal/graphemes.h"
#include "frontend/terminal/inline.h"
#include "frontend/terminal/safe_text.h"

#include <array>

namespace oi {

namespace {

constexpr std::size_t most_findings = 8;
const Style quiet{.colour = Colour::grey};
const Style alarm{.colour = Colour::red, .bold = true};

Margin review_margin()
{
    const Style edge{.colour = Colour::blue};
    return {{{"\xE2\x94\x9C ", edge}}, {{"\xE2\x94\x82 ", edge}}};
}

Style style_of(RiskLevel level)
{
    constexpr std::array<Colour, 3> colours{Colour::grey, Colour::yellow, Colour::red};
    return {.colour = colours[static_cast<std::size_t>(level)], .bold = level == RiskLevel::danger};
}

void row(Page& page, std::string_view text, const Style& style)
{
    page.put(safe_line(text), style);
    page.newline();
}

void show_scan(Page& page, const Scan& scan)
{
    const auto findings = worst_findings(scan, most_findings);
    for (const auto& finding : findings) {
        page.put(cat(name(finding.level), "  "), style_of(finding.level));
        row(page, to_line(finding), {});
    }
    if (findings.size() < scan.findings.size()) row(page, cat("and ", scan.findings.size() - findings.size(), " more findings"), quiet);
    if (findings.empty()) row(page, cat("scanned (", join(scan.scanners, ", "), "): nothing found"), quiet);
    for (const auto& note : scan.notes) row(page, note, quiet);
}

void show_offers(Page& page, const ApprovalAsked& asked, bool teaches_language)
{
    Spans offers;
    const auto add = [&](std::string_view key, const std::string& what) {
        offers.push_back({offers.empty() ? "" : ", ", quiet});
        offers.push_back({std::string{key}, {.bold = true}});
        offers.push_back({cat(" allows ", safe_line(what)), quiet});
    };
    if (offers_commands(asked)) add("p", commands_text(asked.reading.prefixes));
    if (teaches_language && offers_language(asked)) add("l", cat("all ", asked.scope));
    if (offers.empty()) return;
    offers.push_back({", until this conversation ends", quiet});
    page.put(offers);
    page.newline();
}

}  // namespace

void show_review(Page& page, const ApprovalAsked& asked, bool teaches_language)
{
    if (!asked.warning.empty()) return;
    page.finish_line();
    page.set_wrap(Wrap::words);
    page.set_margin(review_margin());
    if (!asked.cause.empty()) row(page, asked.cause, {.colour = Colour::yellow});
    for (const auto& danger : asked.reading.dangers) row(page, danger, alarm);
    if (!asked.reading.hints.empty()) {
        page.put("seems to touch: ", quiet);
        row(page, join(asked.reading.hints, "; "), {});
    }
    if (asked.scan) show_scan(page, *asked.scan);
    show_offers(page, asked, teaches_language);
}

std::string answer_keys(const ApprovalAsked& asked)
{
    if (!asked.warning.empty()) return "y n a ?";
    return cat("y n e", asked.cause.empty() ? " a" : "", asked.can_scan ? " s" : "", " ?");
}

void explain_answers(Page& page, const ApprovalAsked& asked)
{
    page.newline();
    const bool is_cell = asked.warning.empty();
    page.set_margin({{{"  "}}, {{"    "}}});
    const auto explain = [&](std::string_view key, std::string_view meaning) {
        page.put(cat(key, "  "), {.bold = true});
        row(page, meaning, quiet);
    };
    explain("y", is_cell ? "runs the code" : "goes on");
    explain("n", "does not; you may tell the model why");
    if (is_cell) explain("e", "opens the code in your editor; what you save is read again and takes its place");
    if (asked.cause.empty()) explain("a", "yes, and for the rest of this conversation nothing is asked");
    if (is_cell && offers_language(asked)) explain("l", cat("yes, and all ", asked.scope, " of this conversation runs without a question"));
    if (is_cell && offers_commands(asked))
        explain("p", cat("yes, and commands that begin with ", commands_text(asked.reading.prefixes),
                         " run without a question; %allow takes it back"));
    if (asked.can_scan) explain("s", "scans the code first, then asks again");
    if (is_cell && !asked.cause.empty()) explain(" ", "what is asked about in every mode can be allowed once only");
    explain("Ctrl-C", "stops the turn");
}

}  // namespace oi
