// What is hidden, writable and private; see places.h. The lists of this file are the ones that the manual describes.
#include "sandbox/places.h"

#include "base/text.h"
#include "sys/files.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

namespace oi::sandbox {

namespace {

using Kind = Place::Kind;

// Keys, tokens, passwords, sessions, mail and what shells remember, below the home folder.
constexpr std::array<std::string_view, 62> in_home{
    ".ssh",
    ".gnupg",
    ".aws",
    ".azure",
    ".config/gcloud",
    ".kube",
    ".docker",
    ".config/containers",
    ".netrc",
    ".git-credentials",
    ".config/git/credentials",
    ".config/gh",
    ".config/hub",
    ".config/glab-cli",
    ".npmrc",
    ".yarnrc.yml",
    ".pypirc",
    ".config/pip",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".gem/credentials",
    ".m2/settings.xml",
    ".gradle/gradle.properties",
    ".terraform.d",
    ".terraformrc",
    ".vault-token",
    ".config/op",
    ".config/sops",
    ".config/age",
    ".password-store",
    ".local/share/keyrings",
    ".local/share/kwalletd",
    ".pki",
    ".pgpass",
    ".my.cnf",
    ".mylogin.cnf",
    ".s3cfg",
    ".boto",
    ".config/rclone",
    ".config/doctl",
    ".config/hcloud",
    ".config/openai",
    ".openai",
    ".anthropic",
    ".claude",
    ".claude.json",
    ".codex",
    ".gemini",
    ".cache/huggingface/token",
    ".huggingface",
    ".kaggle",
    ".mozilla",
    ".thunderbird",
    ".config/google-chrome",
    ".config/chromium",
    ".config/BraveSoftware",
    ".bash_history",
    ".zsh_history",
    ".python_history",
    ".node_repl_history",
    ".psql_history",
    ".local/share/fish/fish_history",
};

// Files and folders that these variables of ours name.
constexpr std::array named_by{
    "KUBECONFIG",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONFIG_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AZURE_CONFIG_DIR",
    "CLOUDSDK_CONFIG",
    "DOCKER_CONFIG",
    "GNUPGHOME",
    "NETRC",
    "NPM_CONFIG_USERCONFIG",
    "PGPASSFILE",
    "XDG_RUNTIME_DIR",
    "XAUTHORITY",
};

// The machine's. Most are only readable by root, but root may be who we are.
constexpr std::array<std::string_view, 14> of_machine{
    "/etc/shadow",
    "/etc/shadow-",
    "/etc/gshadow",
    "/etc/gshadow-",
    "/etc/sudoers",
    "/etc/ssl/private",
    "/etc/ssh/ssh_host_rsa_key",
    "/etc/ssh/ssh_host_ecdsa_key",
    "/etc/ssh/ssh_host_ed25519_key",
    "/etc/krb5.keytab",
    "/etc/wireguard",
    "/run",
    "/lost+found",
    "/sys/kernel/debug",
};

// What lies below /run and is no socket: NixOS keeps its programs there, systemd the servers of names.
constexpr std::array<std::string_view, 3> in_run{"/run/current-system", "/run/opengl-driver", "/run/systemd/resolve"};

std::string real_path(const std::string& path)
{
    char resolved[PATH_MAX];
    return ::realpath(path.c_str(), resolved) ? std::string{resolved} : std::string{};
}

enum class Type : std::uint8_t { none, folder, file };
Type type_of(const std::string& path)
{
    struct stat info {};
    if (path.empty() || ::stat(path.c_str(), &info) != 0) return Type::none;
    return S_ISDIR(info.st_mode) ? Type::folder : Type::file;
}

bool is_within(std::string_view path, std::string_view folder)
{
    return folder == "/" || path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

class Finder {
public:
    void add(Kind kind, const std::string& path)
    {
        const std::string real = real_path(path);
        if (type_of(real) != Type::none && real != "/") places_.push_back({kind, real});
    }
    void hide(const std::string& path)
    {
        const std::string real = real_path(path);
        const Type type = type_of(real);
        if (type != Type::none && real != "/") places_.push_back({type == Type::folder ? Kind::hidden : Kind::blank, real});
    }
    // Everything that a server of this machine listens on.
    void hide_sockets()
    {
        const auto table = sys::read_file("/proc/net/unix");
        if (!table) return;
        for (const auto line : split(*table, '\n'))
            if (const auto slash = line.find(" /"); slash != std::string_view::npos) hide(std::string{line.substr(slash + 1)});
    }
    std::vector<Place> take();

private:
    std::vector<Place> places_;
};

// Sorted by path, outer before inner. A path that two name is what the first says: secrets come before the rest.
std::vector<Place> Finder::take()
{
    std::stable_sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) { return a.path < b.path; });
    std::vector<Place> kept;
    for (auto& place : places_) {
        const auto around = std::find_if(kept.rbegin(), kept.rend(), [&](const Place& outer) { return is_within(place.path, outer.path); });
        const bool is_covered = around != kept.rend() && (around->kind == Kind::hidden || around->kind == Kind::scratch);
        if (around != kept.rend() && around->path == place.path) continue;
        if (is_covered && (place.kind == Kind::hidden || place.kind == Kind::blank || place.kind == Kind::scratch)) continue;
        if (!is_covered && place.kind == Kind::shown) continue;
        kept.push_back(std::move(place));
    }
    return kept;
}

std::vector<std::string> own_folders() { return {sys::data_folder(), sys::state_folder(), sys::config_folder()}; }

void add_secrets(Finder& finder)
{
    const std::string home = sys::home_folder();
    for (const auto name : in_home) finder.hide(cat(home, "/", name));
    for (const auto& folder : own_folders()) finder.hide(folder);
    for (const char* variable : named_by) {
        const std::string paths = sys::environment(variable);
        for (const auto path : split(paths, ':'))
            if (path.starts_with('/')) finder.hide(std::string{path});
    }
    for (const auto path : of_machine) finder.hide(std::string{path});
    finder.hide_sockets();
}

Result<void> check_writable(const std::string& path, const std::vector<Place>& places)
{
    const std::string real = real_path(path);
    const auto refuse = [&](std::string why) {
        return fail(ErrorKind::invalid, cat("confined code cannot write in ", path, ": ", why),
                    "go to the folder of a project, or leave --sandbox out");
    };
    if (type_of(real) != Type::folder) return refuse("there is no such folder");
    if (is_within(real_path(sys::home_folder()), real)) return refuse("it is or holds your home folder, so nothing would be protected");
    for (const std::string_view system : {"/proc", "/sys", "/dev", "/run", "/etc", "/boot"})
        if (is_within(real, system)) return refuse("it belongs to the system");
    for (const std::string_view shared : {"/usr", "/usr/bin", "/usr/lib", "/usr/local", "/usr/local/bin", "/var", "/tmp", "/var/tmp"})
        if (real == shared) return refuse("it is everybody's");
    for (const auto& place : places)
        if (place.kind == Kind::hidden && is_within(real, place.path))
            return refuse(cat("it lies in ", place.path, ", which is kept from code"));
    return {};
}

// A folder below /tmp is there for reading although /tmp is another; what is kept from code stays so.
void show_workspace(Finder& finder, const std::string& folder, const std::vector<Place>& hidden)
{
    const std::string real = real_path(folder);
    const auto holds_it = [&](const Place& place) { return place.kind == Kind::hidden && is_within(real, place.path); };
    if (std::ranges::none_of(hidden, holds_it)) finder.add(Kind::shown, folder);
}

}  // namespace

std::vector<std::string_view> secret_names() { return {in_home.begin(), in_home.end()}; }

Result<std::vector<Place>> find_places(const SandboxPolicy& policy)
{
    Finder finder;
    if (policy.files == SandboxPolicy::Files::all) return finder.take();
    add_secrets(finder);
    const auto hidden = Finder{finder}.take();
    if (policy.files == SandboxPolicy::Files::workspace) {
        OI_CHECK(check_writable(policy.workspace, hidden));
        finder.add(Kind::writable, policy.workspace);
    }
    if (policy.files == SandboxPolicy::Files::read_only) show_workspace(finder, policy.workspace, hidden);
    for (const auto& folder : policy.writable) finder.add(Kind::writable, folder);
    for (const auto path : in_run) finder.add(Kind::shown, std::string{path});
    finder.add(Kind::shown, sys::self_executable());  // some languages are run by a part of it
    for (const char* path : {"/tmp", "/var/tmp"}) finder.add(Kind::scratch, path);
    return finder.take();
}

}  // namespace oi::sandbox
