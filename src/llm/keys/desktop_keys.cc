// Desktop keys: our side of the process that talks to the key store.
#include "llm/keys/desktop_keys.h"

#include "base/text.h"
#include "sys/files.h"
#include "sys/process.h"

#include <csignal>
#include <map>
#include <mutex>
#include <unistd.h>

namespace oi::llm {

namespace {

using namespace std::chrono_literals;

extern "C" {
extern char** environ;
}

constexpr int none_there = 3;

bool has_bus()
{
    if (!sys::environment("DBUS_SESSION_BUS_ADDRESS").empty()) return true;
    const std::string folder = sys::environment("XDG_RUNTIME_DIR");
    return !folder.empty() && sys::exists(folder + "/bus");
}

bool has_screen() { return !sys::environment("DISPLAY").empty() || !sys::environment("WAYLAND_DISPLAY").empty(); }

struct Answer {
    int code = 0;
    std::string out;
    std::string why;
};

// All that arrives until the other side closes; false: the deadline passed.
bool read_all(int fd, std::string& text, sys::Deadline deadline)
{
    char block[4096];
    for (;;) {
        pollfd ready{fd, POLLIN, 0};
        if (sys::wait({&ready, 1}, deadline) != sys::Woke::ready) return false;
        const ssize_t got = ::read(fd, block, sizeof block);
        if (got <= 0) return true;
        text.append(block, static_cast<std::size_t>(got));
    }
}

std::vector<std::string> environment_of_part()
{
    std::vector<std::string> variables;
    for (char** entry = environ; entry && *entry; ++entry)
        // libsecret's own file would need a portal's password.
        if (!std::string_view{*entry}.starts_with("SECRET_BACKEND=")) variables.emplace_back(*entry);
    return variables;
}

Result<Answer> ask(std::string_view what, std::string_view vendor, std::string_view address, std::string_view key = {})
{
    if (!has_bus()) return fail(ErrorKind::not_found, "no desktop's key store runs here");
    const auto deadline = sys::Clock::now() + (has_screen() ? 60s : 5s);
    OI_TRY(sys::Pipe in, sys::make_pipe());
    OI_TRY(sys::Pipe out, sys::make_pipe());
    OI_TRY(sys::Pipe err, sys::make_pipe());
    const sys::Inherit inherit[] = {{in.read.get(), 0}, {out.write.get(), 1}, {err.write.get(), 2}};
    const sys::Command command{.argv = {"interpreter", "--as", "keys", std::string{what}, std::string{vendor}, std::string{address}},
                               .environment = environment_of_part(),
                               .folder = {}};
    OI_TRY(sys::Process part, sys::spawn(command, inherit, sys::self_executable()));
    in.read.reset();
    out.write.reset();
    err.write.reset();
    ignore(sys::write_all(in.write.get(), key), "its exit code says what became of it");
    in.write.reset();
    Answer answer;
    const bool is_whole = read_all(out.read.get(), answer.out, deadline) && read_all(err.read.get(), answer.why, deadline);
    const auto end = is_whole ? part.wait(deadline) : std::nullopt;
    if (!end) {
        part.signal(SIGKILL);
        part.wait({});
        return fail(ErrorKind::timeout, "the desktop's key store does not answer", "is it locked? unlock it, or keep the key elsewhere");
    }
    answer.code = end->signal > 0 ? 1 : end->code;
    if (answer.code != 0 && answer.code != none_there)
        return fail(ErrorKind::io,
                    cat("the desktop's key store: ", trim(answer.why).empty() ? to_text(*end) : std::string{trim(answer.why)}));
    return answer;
}

struct Remembered {
    std::mutex mutex;
    std::map<std::pair<std::string, std::string>, std::string> keys;
};
Remembered& remembered()
{
    static Remembered& keys = *new Remembered;  // never destroyed: a turn may run while the process ends
    return keys;
}

}  // namespace

bool has_desktop_keys() { return has_bus() && has_screen(); }

Result<std::string> desktop_key(std::string_view vendor, std::string_view address)
{
    auto& [mutex, keys] = remembered();
    const std::lock_guard lock{mutex};
    const std::pair name{std::string{vendor}, std::string{address}};
    if (const auto known = keys.find(name); known != keys.end()) return known->second;
    auto answer = ask("get", vendor, address);
    if (!answer)
        return fail(ErrorKind::auth, cat("the key for ", vendor, " is out of reach: ", answer.error().what),
                    "interpreter --keys replaces it; or set the vendor's variable");
    if (answer->code == none_there)
        return fail(ErrorKind::auth, cat("the desktop's key store has no key for ", vendor, " any more"), "interpreter --keys replaces it");
    return keys[name] = std::move(answer->out);
}

Result<void> store_desktop_key(const StoredKey& key)
{
    OI_CHECK(ask("set", key.vendor, key.address, key.key));
    auto& [mutex, keys] = remembered();
    const std::lock_guard lock{mutex};
    keys[{key.vendor, key.address}] = key.key;
    return {};
}

Result<void> remove_desktop_key(std::string_view vendor, std::string_view address)
{
    OI_CHECK(ask("remove", vendor, address));
    auto& [mutex, keys] = remembered();
    const std::lock_guard lock{mutex};
    keys.erase({std::string{vendor}, std::string{address}});
    return {};
}

}  // namespace oi::llm
