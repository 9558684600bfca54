// How a turn gets leave to run a cell: what is read of it, what scanning finds, who has allowed it, who is asked.
#include "agent/turn.h"
#include "base/text.h"

#include <algorithm>
#include <utility>

namespace oi {

namespace {

constexpr std::size_t most_told = 20;  // findings that the model is told

std::string lines_of(const std::vector<Finding>& findings)
{
    std::string lines;
    for (std::size_t i = 0; i < findings.size() && i < most_told; ++i) lines += cat("\n- ", to_line(findings[i]));
    if (findings.size() > most_told) lines += cat("\n- and ", findings.size() - most_told, " more");
    return lines;
}

std::string lines_of(const std::vector<std::string>& dangers)
{
    std::string lines;
    for (const auto& danger : dangers) lines += cat("\n- it ", danger);
    return lines;
}

// The classic server's word for what a scan has found.
std::string_view verdict_of(const Scan& scan)
{
    if (!at_least(scan.findings, RiskLevel::danger).empty()) return "unsafe";
    return at_least(scan.findings, RiskLevel::warning).empty() ? "safe" : "warning";
}

}  // namespace

std::string Turn::folder_of(const Language& language) const
{
    const auto kernel = conversation_.kernels_.find(language.name);
    if (kernel != conversation_.kernels_.end() && kernel->second)
        if (auto folder = kernel->second->folder(); !folder.empty()) return folder;
    const auto past = conversation_.pasts_.find(language.name);
    if (past != conversation_.pasts_.end() && !past->second.folder.empty()) return past->second.folder;
    return conversation_.options_.folder;
}

ApprovalAsked Turn::question_about(const Cell& cell, const Language& language)
{
    const auto& options = conversation_.options_;
    ApprovalAsked question{.cell = cell, .folder = folder_of(language), .scope = language.name};
    if (!options.reviewer) return question;
    if (!conversation_.has_session(language.name)) options.reviewer->forget(language.name);
    question.reading = options.reviewer->read({language.name, cell.code}, question.folder, options.folder);
    question.can_scan = options.safe_mode == SafeMode::ask;
    return question;
}

void Turn::scan(ApprovalAsked& question)
{
    frontend_.show(Progress{"scanning the code"});
    question.scan = conversation_.options_.reviewer->scan({question.scope, question.cell.code}, question.folder, stop_);
    question.can_scan = false;
    std::string words;
    for (const auto& finding : question.scan->findings) words += cat(words.empty() ? "" : "\n", to_line(finding));
    if (words.empty()) words = cat("No issues were found in this ", question.scope, " code.");
    // For programs; like a confirmation it is no part of the conversation.
    conversation_.close(frontend_);
    frontend_.show(Chunk{
        .role = Role::assistant, .type = Kind::review, .format = std::string{verdict_of(*question.scan)}, .content = std::move(words)});
}

// Why this one cell is asked about whatever was allowed; empty: it is not.
std::string Turn::cause_of(const ApprovalAsked& question) const
{
    if (!question.reading.dangers.empty()) return "This is asked about in every mode:";
    const auto& options = conversation_.options_;
    if (options.safe_mode == SafeMode::automatic && question.scan && !at_least(question.scan->findings, options.safe_level).empty())
        return "Safe mode stops here:";
    return {};
}

Result<Turn::Leave> Turn::get_leave(Cell& cell, const Language& language)
{
    ApprovalAsked question = question_about(cell, language);
    if (conversation_.options_.safe_mode == SafeMode::automatic && conversation_.options_.reviewer) scan(question);
    bool is_wanted = false;  // the person wants to be asked, whatever was allowed
    for (;;) {
        OI_CHECK(stopped());
        question.cause = cause_of(question);
        const bool is_allowed = conversation_.options_.auto_run || conversation_.grants_.cover(language.name, question.reading.prefixes);
        if (is_allowed && !is_wanted && question.cause.empty()) {
            show_confirmation(cell, 0);
            tell_with_result(question);
            return Leave::granted;
        }
        ApprovalAsked asked = question;
        asked.reading.prefixes = conversation_.grants_.missing(question.reading.prefixes);
        OI_TRY(const Decision decision, ask(std::move(asked)));
        if (decision.verdict == Decision::Verdict::refuse) {
            refuse(decision, question);
            return Leave::refused;
        }
        if (decision.verdict == Decision::Verdict::nobody) {
            if (!is_allowed || question.cause.empty())
                return fail(ErrorKind::denied, "code wants to run and nobody is there to approve it", "-y runs code without asking");
            refuse_unattended(question);
            return Leave::refused;
        }
        const auto prefixes = question.reading.prefixes;
        const bool is_edited = decision.edited_code && *decision.edited_code != cell.code;
        if (is_edited) take_edit(question, cell, language, *decision.edited_code);
        else if (decision.verdict == Decision::Verdict::scan && question.can_scan) scan(question);
        is_wanted = decision.verdict == Decision::Verdict::edit || decision.verdict == Decision::Verdict::scan;
        if (is_wanted || (is_edited && !cause_of(question).empty())) continue;
        grant(decision.verdict, language, prefixes);
        tell_with_result(question);
        return Leave::granted;
    }
}

// The question about the code that stands in the cell's place now: what was found in the old code counts no more.
void Turn::take_edit(ApprovalAsked& question, Cell& cell, const Language& language, const std::string& code)
{
    const bool was_scanned = question.scan.has_value();
    replace_code(cell, code);
    question = question_about(cell, language);
    if (was_scanned) scan(question);
}

void Turn::grant(Decision::Verdict verdict, const Language& language, const std::vector<std::string>& prefixes)
{
    if (verdict == Decision::Verdict::run_all) conversation_.options_.auto_run = true;
    if (verdict == Decision::Verdict::run_language) conversation_.grants_.languages.insert(language.name);
    if (verdict == Decision::Verdict::run_commands) conversation_.grants_.commands.insert(prefixes.begin(), prefixes.end());
}

Result<Decision> Turn::ask(ApprovalAsked question)
{
    question.id = ++conversation_.last_question_;
    show_confirmation(question.cell, question.id);
    Decision decision = frontend_.approve(question, stop_);
    OI_CHECK(stopped());
    return decision;
}

void Turn::replace_code(Cell& cell, const std::string& code)
{
    cell.code = code;
    conversation_.transcript_.replace_last(code);
    conversation_.store_.replace_last(conversation_.id_, code);
}

// What scanning found goes to the model behind the result of the cell, where it can still mend what it writes next.
void Turn::tell_with_result(const ApprovalAsked& question)
{
    scan_note_.clear();
    if (!question.scan) return;
    const auto& options = conversation_.options_;
    const auto findings =
        at_least(question.scan->findings, options.safe_mode == SafeMode::automatic ? options.safe_level : RiskLevel::warning);
    if (findings.empty()) return;
    scan_note_ = cat("Note: a scan of this code found:", lines_of(findings));
}

void Turn::refuse(const Decision& decision, const ApprovalAsked& question)
{
    deferred_.clear();
    std::string words{refusal};
    if (!is_blank(decision.reason)) words += cat(" ", trim(decision.reason));
    if (question.scan)
        if (const auto findings = at_least(question.scan->findings, RiskLevel::warning); !findings.empty())
            words += cat("\nA scan of it found:", lines_of(findings));
    conversation_.add(user(std::move(words)));
}

// With -y and nobody there: the model is told why, and goes on without it.
void Turn::refuse_unattended(const ApprovalAsked& question)
{
    const std::vector<Finding> findings =
        question.scan ? at_least(question.scan->findings, conversation_.options_.safe_level) : std::vector<Finding>{};
    const std::string why = cat(lines_of(question.reading.dangers), lines_of(findings));
    frontend_.show(Notice{Notice::Level::warning, cat("Not run, since nobody is there to allow it:", replace_all(why, "\n- ", " "))});
    say_output(cat("This code was not run: it needs a person's leave, and nobody is there.", why,
                   question.reading.dangers.empty() ? "\nMend what was found, or do it another way."
                                                    : cat("\nName what is deleted literally, inside of ", conversation_.options_.folder,
                                                          ", or leave that step to the person.")));
}

}  // namespace oi
