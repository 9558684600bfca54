// Desktop keys main: the process that talks to the key store, with libsecret loaded by it alone.
#include "llm/keys/desktop_keys.h"

#include "base/text.h"

#include <cstdio>
#include <csignal>
#include <dlfcn.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace oi::llm {

namespace {

// libsecret's interface as far as it is used (its headers would bring those of GLib): gnome.pages.gitlab.gnome.org/libsecret
struct Schema {
    const char* name;
    int flags;
    struct Attribute {
        const char* name;
        int type;
    } attributes[32];
    int reserved;
    void* more_reserved[7];
};
struct GlibError {
    unsigned domain;
    int code;
    char* message;
};
struct Libsecret {
    int (*store)(const Schema*, const char* collection, const char* label, const char* key, void*, GlibError**, ...) = nullptr;
    char* (*lookup)(const Schema*, void*, GlibError**, ...) = nullptr;
    int (*clear)(const Schema*, void*, GlibError**, ...) = nullptr;
};

constexpr int failed = 1;
constexpr int none_there = 3;
constexpr int no_store = 4;
constexpr Schema schema{"org.openinterpreter.Key", 0, {{"vendor", 0}, {"address", 0}}, 0, {}};
constexpr void* no_cancellable = nullptr;
constexpr const char* end_of_attributes = nullptr;

int complain(const char* what, int code)
{
    std::fprintf(stderr, "%s\n", what);
    return code;
}

bool load(Libsecret& secret)
{
    void* library = ::dlopen("libsecret-1.so.0", RTLD_LAZY | RTLD_LOCAL);
    if (!library) return false;
    const auto find = [&](const char* name, auto& function) {
        function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
        return function != nullptr;
    };
    return find("secret_password_store_sync", secret.store) && find("secret_password_lookup_sync", secret.lookup) &&
           find("secret_password_clear_sync", secret.clear);
}

std::string read_stdin()
{
    std::string text;
    char block[4096];
    for (ssize_t got; (got = ::read(STDIN_FILENO, block, sizeof block)) > 0;) text.append(block, static_cast<std::size_t>(got));
    return text;
}

}  // namespace

int desktop_keys_main(int argc, char** argv)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (argc != 4) return complain("get, set or remove, VENDOR, ADDRESS", 2);
    const std::string_view what = argv[1];
    const char* vendor = argv[2];
    const char* address = argv[3];
    Libsecret secret;
    if (!load(secret)) return complain("libsecret-1-0 is not installed", no_store);
    GlibError* error = nullptr;
    int code = 0;
    if (what == "get") {
        const char* key = secret.lookup(&schema, no_cancellable, &error, "vendor", vendor, "address", address, end_of_attributes);
        if (key) std::fputs(key, stdout);
        else code = none_there;
    } else if (what == "set") {
        const std::string key = read_stdin();
        const std::string label = cat("Open Interpreter: key for ", *address ? address : vendor);
        if (!secret.store(&schema, "default", label.c_str(), key.c_str(), no_cancellable, &error, "vendor", vendor, "address", address,
                          end_of_attributes))
            code = failed;
    } else if (!secret.clear(&schema, no_cancellable, &error, "vendor", vendor, "address", address, end_of_attributes)) {
        code = none_there;
    }
    if (error) return complain(error->message, no_store);
    return std::fflush(stdout) == 0 ? code : failed;
}

}  // namespace oi::llm
