// Asking for what processes read from their terminal; see keyboard.h.
#include "kernel/keyboard.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace oi::kernel {

namespace {

using namespace std::chrono_literals;
constexpr auto after_output = 100ms;      // a prompt is followed by the wait for its answer
constexpr auto after_prompt = 20ms;       // with the echo off: the rest of a prompt that is written in pieces
constexpr auto between_looks = 400ms;     // a question comes within 500 ms
constexpr std::size_t piece_size = 1000;  // the terminal holds a line of 4095 bytes
constexpr int most_ends = 20;
constexpr int most_raw_ends = 2;

bool echoes(const termios& mode) { return (mode.c_lflag & ECHO) != 0; }
bool takes_lines(const termios& mode) { return (mode.c_lflag & ICANON) != 0; }

bool is_password_prompt(std::string_view line)
{
    constexpr std::array<std::string_view, 6> words{"password", "passphrase", "passcode", "pin", "secret", "token"};
    const std::string text = lower(line);
    return std::any_of(words.begin(), words.end(), [&](auto word) { return text.find(word) != std::string::npos; });
}

bool is_question(std::string_view line)
{
    const auto text = trim(line);
    return !text.empty() && std::string_view{":?]>)"}.find(text.back()) != std::string_view::npos;
}

}  // namespace

Keyboard Keyboard::open()
{
    Keyboard keyboard;
    auto pty = sys::open_pty({});
    if (!pty) return keyboard;
    keyboard.pty_ = std::move(*pty);
    ::tcgetattr(keyboard.terminal(), &keyboard.first_mode_);
    return keyboard;
}

std::string Keyboard::read()
{
    char block[4096];
    const ssize_t got = ::read(pty_.master.get(), block, sizeof block);
    if (got <= 0) return {};
    std::string_view text{block, static_cast<std::size_t>(got)};
    while (!echo_.empty() && !text.empty()) {
        if (text.front() != echo_.front()) {
            echo_.clear();
            break;
        }
        text.remove_prefix(1);
        echo_.erase(0, 1);
    }
    return replace_all(std::string{text}, "\r\n", "\n");
}

void Keyboard::write()
{
    while (!pending_.empty()) {
        const ssize_t sent = ::write(pty_.master.get(), pending_.data(), pending_.size());
        if (sent > 0) pending_.erase(0, static_cast<std::size_t>(sent));
        else if (errno != EINTR) return;
    }
}

void Keyboard::begin_cell()
{
    cell_began_ = sys::process_clock();
    if (!pty_.terminal.is_open()) return;
    last_look_ = sys::Clock::now();
    look_at_ = last_look_ + after_output;
    has_news_ = true;
    has_prompt_ = has_typed_ = false;
    ends_ = 0;
}

void Keyboard::end_cell()
{
    look_at_.reset();
    reader_.reset();
    if (!pty_.terminal.is_open()) return;
    if (has_typed_) ::tcflush(terminal(), TCIFLUSH);
    pending_.clear();
    echo_.clear();
    termios now{};
    ::tcgetattr(terminal(), &now);
    if (std::memcmp(&now, &first_mode_, sizeof now) != 0) ::tcsetattr(terminal(), TCSANOW, &first_mode_);
}

void Keyboard::heard(std::string_view line, bool by_terminal)
{
    has_news_ = true;
    if (!look_at_) return;
    auto wait = std::chrono::milliseconds{after_output};
    if (by_terminal) {
        termios now{};
        ::tcgetattr(terminal(), &now);
        has_prompt_ = !echoes(now) && takes_lines(now) && !is_blank(line);
        if (has_prompt_) wait = after_prompt;
    }
    look_at_ = std::min(last_look_ + between_looks, sys::Clock::now() + wait);
}

std::optional<InputAsked> Keyboard::look(pid_t keeper, pid_t kernel, std::string_view line)
{
    auto found = sys::find_terminal_reader(keeper, sys::device_of(terminal()),
                                           [&](const sys::ProcessId& process) { return process.pid != kernel && is_earlier(process); });
    last_look_ = sys::Clock::now();
    look_at_ = last_look_ + between_looks;
    reader_ = std::move(found.reader);
    const termios now = mode();
    const bool is_hidden = !echoes(now) && takes_lines(now);
    if (!reader_ && !(is_hidden && has_prompt_) && !(found.is_blind && has_news_ && (is_hidden || is_question(line)))) return {};
    is_secret_ = !echoes(now) && (takes_lines(now) || is_password_prompt(line));
    return InputAsked{.prompt = std::string{line}, .secret = is_secret_};
}

termios Keyboard::mode() const
{
    termios now{};
    ::tcgetattr(reader_ && reader_->nested.is_open() ? reader_->nested.get() : terminal(), &now);
    return now;
}

std::string Keyboard::answer(std::string_view line)
{
    const termios now = mode();
    const bool is_outer = !(reader_ && reader_->nested.is_open());
    const bool was_secret = std::exchange(is_secret_, false);
    const bool is_shown = is_outer && echoes(now) && takes_lines(now);
    if (!was_secret || !echoes(now)) type_line(line, now);
    reader_.reset();
    has_news_ = has_prompt_ = false;
    last_look_ = sys::Clock::now();
    look_at_ = last_look_ + after_output;
    if (was_secret && !echoes(now) && is_outer) echo_ = (now.c_oflag & OPOST) && (now.c_oflag & ONLCR) ? "\r\n" : "\n";
    if (was_secret) return echoes(now) ? "(the program no longer waits for a password: the answer was dropped)\n" : "\n";
    return is_shown ? cat(line, "\n") : std::string{};
}

// In line mode, what would act as a key is quoted, and a long line comes in pieces: an end of file behind a piece hands it over.
void Keyboard::type_line(std::string_view line, const termios& now)
{
    termios outer{};
    ::tcgetattr(terminal(), &outer);
    has_typed_ = true;
    std::size_t since_piece = 0;
    for (const char byte : line) {
        const bool is_key = (static_cast<unsigned char>(byte) < ' ' && byte != '\t') || byte == '\x7f';
        if (takes_lines(now) && is_key) pending_ += static_cast<char>(now.c_cc[VLNEXT]);
        pending_ += byte;
        if (!takes_lines(now) || ++since_piece < piece_size) continue;
        pending_ += static_cast<char>(now.c_cc[VEOF]);
        since_piece = 0;
    }
    const bool is_direct_line = takes_lines(outer);
    pending_ += is_direct_line || (takes_lines(now) && !(now.c_iflag & ICRNL)) ? '\n' : '\r';
    if (is_direct_line && echoes(outer)) {
        if (trim(echo_).empty()) echo_.clear();  // the line end that programs show after a password; this one has not
        for (const char byte : line) {
            const bool is_key = (static_cast<unsigned char>(byte) < ' ' && byte != '\t') || byte == '\x7f';
            echo_ += is_key ? std::string{'^', '\b', '^', static_cast<char>(byte ^ 0x40)} : std::string{byte};
        }
        echo_ += (outer.c_oflag & OPOST) && (outer.c_oflag & ONLCR) ? "\r\n" : "\n";
    }
    write();
}

bool Keyboard::end_file()
{
    const termios now = mode();
    if (++ends_ > (takes_lines(now) ? most_ends : most_raw_ends)) return false;
    const cc_t end = now.c_cc[VEOF];
    pending_ += takes_lines(now) && end != 0 ? static_cast<char>(end) : '\x04';
    has_typed_ = true;
    write();
    reader_.reset();
    is_secret_ = has_news_ = has_prompt_ = false;
    last_look_ = sys::Clock::now();
    look_at_ = last_look_ + after_output;
    return true;
}

}  // namespace oi::kernel
