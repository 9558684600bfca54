// Questions: lines in the terminal's own mode; only a secret is read byte by byte.
#include "frontend/questions.h"

#include "base/text.h"
#include "frontend/terminal/graphemes.h"
#include "frontend/terminal/safe_text.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <numeric>
#include <termios.h>
#include <unistd.h>

namespace oi {

namespace {

constexpr std::size_t page = 15;  // rows at once

// No echo, no lines, no signals while it lives.
class Hidden {
public:
    explicit Hidden(int fd) : fd_{fd}
    {
        ::tcgetattr(fd, &before_);
        termios hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
        ::tcsetattr(fd, TCSADRAIN, &hidden);
    }
    ~Hidden() { ::tcsetattr(fd_, TCSADRAIN, &before_); }
    Hidden(const Hidden&) = delete;
    Hidden& operator=(const Hidden&) = delete;

private:
    int fd_;
    termios before_{};
};

bool has_all_words(const Choice& row, std::string_view words)
{
    const std::string text = lower(cat(row.name, " ", row.note));
    const auto wanted = split(words, ' ');
    return std::all_of(wanted.begin(), wanted.end(), [&](std::string_view word) { return text.find(lower(word)) != std::string::npos; });
}

std::vector<std::size_t> all_of(const std::vector<Choice>& rows)
{
    std::vector<std::size_t> indices(rows.size());
    std::iota(indices.begin(), indices.end(), 0);
    return indices;
}

}  // namespace

Questions::Questions(int input, int output) : input_{input}, output_{output}, signals_{SIGINT, SIGTERM, SIGHUP} {}

void Questions::say(std::string_view text) { ignore(sys::write_all(output_, text), "a terminal that is gone shows in the next read"); }

bool Questions::take_signal()
{
    if (signals_.next()) is_over_ = true;
    return is_over_;
}

bool Questions::read_more()
{
    pollfd ready[] = {{input_, POLLIN, 0}, {signals_.fd(), POLLIN, 0}};
    while (!is_over_) {
        sys::wait(ready, {});
        if (take_signal()) break;
        char block[4096];
        const ssize_t got = ::read(input_, block, sizeof block);
        if (got > 0) {
            typed_.append(block, static_cast<std::size_t>(got));
            return true;
        }
        if (got == 0 || (errno != EINTR && errno != EAGAIN)) is_over_ = true;
    }
    return false;
}

Result<std::string> Questions::line(std::string_view prompt)
{
    if (is_over_) return left();
    say(prompt);
    while (typed_.find('\n') == std::string::npos)
        if (!read_more()) {
            say("\n");
            return left();
        }
    const auto end = typed_.find('\n');
    std::string line{trim(typed_.substr(0, end))};
    typed_.erase(0, end + 1);
    return valid_utf8(std::move(line));
}

Result<std::string> Questions::hidden()
{
    std::string secret;
    bool is_sequence = false;  // of a key that is no character
    for (;;) {
        if (typed_.empty() && !read_more()) return left();
        const char c = typed_.front();
        typed_.erase(0, 1);
        if (is_sequence) {
            is_sequence = (c >= '0' && c <= '9') || c == '[' || c == ';' || c == 'O';
        } else if (c == '\x1b') {
            is_sequence = true;
        } else if (c == '\n' || c == '\r') {
            return secret;
        } else if (c == 3 || (c == 4 && secret.empty())) {
            is_over_ = true;
            return left();
        } else if (c == 0x7f || c == 8) {
            if (!secret.empty()) secret.pop_back();
        } else if (c == 21) {
            secret.clear();
        } else if (static_cast<unsigned char>(c) >= 0x20) {
            secret += c;
        }
    }
}

Result<std::string> Questions::secret(std::string_view prompt)
{
    if (is_over_) return left();
    Result<std::string> secret;
    {
        const Hidden hide{input_};  // before the prompt: who answers it at once must not be shown
        say(prompt);
        secret = hidden();
    }
    // Lines that were pasted behind it are no answers.
    typed_.clear();
    ::tcflush(input_, TCIFLUSH);
    say("\n");
    return secret;
}

void Questions::show(const std::vector<Choice>& rows, const std::vector<std::size_t>& shown, std::size_t from)
{
    const auto end = std::min(from + page, shown.size());
    int width = 0;
    for (auto i = from; i < end; ++i) width = std::max(width, columns_of(safe_line(rows[shown[i]].name)));
    std::string text = "\n";
    for (auto i = from; i < end; ++i) {
        const std::string name = safe_line(rows[shown[i]].name);
        const std::string number = cat(i + 1);
        text += cat(std::string(5 - std::min<std::size_t>(number.size(), 4), ' '), number, "  ", name);
        if (!rows[shown[i]].note.empty())
            text += cat(std::string(static_cast<std::size_t>(width - columns_of(name)) + 2, ' '), safe_line(rows[shown[i]].note));
        text += '\n';
    }
    if (end < shown.size()) text += cat("       + for ", shown.size() - end, " more\n");
    say(text + "\n");
}

Result<std::size_t> Questions::pick(const std::vector<Choice>& rows)
{
    std::vector<std::size_t> shown = all_of(rows);
    std::size_t from = 0;
    show(rows, shown, from);
    for (;;) {
        OI_TRY(const std::string answer,
               line(shown.size() > page || shown.size() < rows.size() ? "Number, or part of a name to see less (Enter: first): "
                                                                      : "Number (Enter: first): "));
        if (answer.empty()) return shown[from];
        if (answer == "+") {
            from = from + page < shown.size() ? from + page : 0;
            show(rows, shown, from);
            continue;
        }
        const long number = to_integer(answer).value_or(0);
        if (number >= 1 && static_cast<std::size_t>(number) <= shown.size()) return shown[static_cast<std::size_t>(number) - 1];
        const auto exact = std::find_if(rows.begin(), rows.end(), [&](const Choice& row) { return row.name == answer; });
        if (exact != rows.end()) return static_cast<std::size_t>(exact - rows.begin());
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (has_all_words(rows[i], answer)) found.push_back(i);
        from = 0;
        if (found.empty()) say(cat("None has \"", safe_line(answer), "\"; here are all again.\n"));
        shown = found.empty() ? all_of(rows) : std::move(found);
        show(rows, shown, from);
    }
}

Result<bool> Questions::yes(std::string_view prompt)
{
    OI_TRY(const std::string answer, line(prompt));
    return lower(answer).starts_with('y');
}

void Questions::run(const std::function<void(std::stop_token)>& work)
{
    sys::Wakeup done;
    std::jthread thread{[&](std::stop_token stop) {
        work(std::move(stop));
        done.notify();
    }};
    pollfd ready[] = {{done.fd(), POLLIN, 0}, {signals_.fd(), POLLIN, 0}};
    while (!is_over_) {
        sys::wait(ready, {});
        if (ready[0].revents != 0) break;
        if (take_signal()) thread.request_stop();
    }
}

}  // namespace oi
