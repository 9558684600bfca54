// Programs and their arguments; see shell_programs.h.
#include "scan/shell_programs.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

namespace oi::scan {

namespace {

constexpr std::size_t most_sources = 50;  // of one cp or mv that are looked at

// Options apart from the rest, as most programs read them.
struct Arguments {
    std::vector<const ShellWord*> operands;
    std::vector<std::string_view> options;
    std::vector<std::pair<std::string_view, const ShellWord*>> values;  // of options that take one

    bool has(std::string_view letters, std::string_view word) const
    {
        return std::any_of(options.begin(), options.end(), [&](std::string_view option) {
            if (option.starts_with("--")) return !word.empty() && option.substr(0, option.find('=')) == word;
            return option.find_first_of(letters, 1) != std::string_view::npos;
        });
    }
    const ShellWord* value(std::string_view option) const
    {
        for (const auto& [name, word] : values)
            if (name == option) return word;
        return nullptr;
    }
};

// `takes`: the options that are followed by a value, with blanks around each.
Arguments split_arguments(std::span<const ShellWord> words, std::string_view takes)
{
    Arguments parsed;
    bool has_ended = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view text = words[i].text;
        if (has_ended || text.size() < 2 || text[0] != '-') {
            parsed.operands.push_back(&words[i]);
            continue;
        }
        if (text == "--") {
            has_ended = true;
            continue;
        }
        parsed.options.push_back(text);
        if (i + 1 < words.size() && takes.find(cat(" ", text, " ")) != std::string_view::npos)
            parsed.values.emplace_back(text, &words[++i]);
    }
    return parsed;
}

class Reader {
public:
    Reader(const Invocation& invocation, ShellScene& scene) : invocation_{invocation}, scene_{scene} {}

    void write(const ShellWord& word, Touched like = {}) { touch(word, scene_.effects.writes, std::move(like)); }
    void remove(const ShellWord& word, bool has_all_below) { touch(word, scene_.effects.deletes, {.has_all_below = has_all_below}); }
    void move_away(const ShellWord& word) { touch(word, scene_.effects.moves, {}); }
    void write_last(std::string_view takes)
    {
        const auto arguments = split_arguments(invocation_.arguments, takes);
        if (const auto* target = arguments.value("-t")) write(*target);
        else if (arguments.operands.size() > 1) write(*arguments.operands.back());
    }
    void write_all(std::string_view takes, std::size_t skipped = 0)
    {
        const auto arguments = split_arguments(invocation_.arguments, takes);
        for (std::size_t i = skipped; i < arguments.operands.size(); ++i) write(*arguments.operands[i]);
    }
    void install(std::size_t from)
    {
        for (const auto& word : invocation_.arguments.subspan(std::min(from, invocation_.arguments.size()))) {
            if (word.text.starts_with('-') || word.text.empty() || scene_.effects.packages.size() > 50) continue;
            scene_.effects.packages.push_back(word.text);
        }
        scene_.effects.has_network = true;
    }
    void addresses()
    {
        scene_.effects.has_network = true;
        for (const auto& word : invocation_.arguments)
            if (word.text.find("://") != std::string::npos) add_address(word.text, scene_.effects);
    }
    std::string_view argument(std::size_t index) const
    {
        return index < invocation_.arguments.size() ? std::string_view{invocation_.arguments[index].text} : std::string_view{};
    }

    const Invocation& invocation_;
    ShellScene& scene_;

private:
    // `like`: what is true of all of them.
    void touch(const ShellWord& word, std::vector<Touched>& list, Touched like) const
    {
        like.folder = scene_.values.folder();
        like.line = invocation_.line;
        for (auto& path : scene_.values.expand(word)) {
            if ((path.text.empty() && path.is_known()) || list.size() >= most_touched) continue;
            if (is_disk(path.text)) scene_.effects.wipes.push_back(path.text);
            list.push_back(like);
            list.back().path = std::move(path);
        }
    }
};

void read_rm(Reader& reader)
{
    const auto arguments = split_arguments(reader.invocation_.arguments, "");
    const bool has_all_below = arguments.has("rR", "--recursive");
    for (const auto* operand : arguments.operands) reader.remove(*operand, has_all_below);
}

void read_find(Reader& reader)
{
    const auto words = reader.invocation_.arguments;
    std::size_t roots = 0;
    while (roots < words.size() && !words[roots].text.starts_with('-') && words[roots].text != "(" && words[roots].text != "!") ++roots;
    bool deletes = false;
    bool has_condition = false;
    for (std::size_t i = roots; i < words.size(); ++i) {
        const std::string_view word = words[i].text;
        if (word == "-delete") deletes = true;
        else if ((word == "-exec" || word == "-execdir" || word == "-ok") && i + 1 < words.size()) {
            const std::string_view program = words[i + 1].text;
            if (program == "rm" || program.ends_with("/rm") || program == "shred" || program == "unlink") deletes = true;
        } else if (word.starts_with("-name") || word.starts_with("-iname") || word.starts_with("-mtime") || word.starts_with("-size") ||
                   word.starts_with("-path") || word == "-empty" || word == "-newer")
            has_condition = true;
    }
    ShellScene& scene = reader.scene_;
    scene.found.clear();
    const ShellWord dot{"."};
    for (std::size_t i = 0; i < std::max<std::size_t>(roots, 1); ++i)
        for (auto& path : scene.values.expand(roots == 0 ? dot : words[i]))
            scene.found.push_back({std::move(path), scene.values.folder(), reader.invocation_.line, true, has_condition});
    if (deletes) scene.effects.deletes.insert(scene.effects.deletes.end(), scene.found.begin(), scene.found.end());
}

// cp, mv and install: to the last operand, or the one of -t.
void read_copy(Reader& reader, std::string_view takes, bool moves)
{
    const auto arguments = split_arguments(reader.invocation_.arguments, takes);
    const auto* target = arguments.value("-t");
    if (!target && arguments.operands.size() < 2) return;
    const std::size_t sources = arguments.operands.size() - (target ? 0 : 1);
    if (!target) target = arguments.operands.back();
    Touched made{.replaces = !arguments.has("n", "--no-clobber")};
    for (std::size_t i = 0; i < sources && i < most_sources; ++i) {
        made.into = arguments.operands[i]->text.substr(arguments.operands[i]->text.rfind('/') + 1);
        reader.write(*target, made);
        if (moves) reader.move_away(*arguments.operands[i]);
    }
}

void read_dd(Reader& reader)
{
    for (const auto& word : reader.invocation_.arguments) {
        if (!word.text.starts_with("of=")) continue;
        ShellWord target = word;
        target.text.erase(0, 3);
        if (!target.is_literal()) target.pieces.front().text.erase(0, 3);
        reader.write(target);
    }
}

void read_curl(Reader& reader)
{
    const auto arguments =
        split_arguments(reader.invocation_.arguments, " -o --output -d --data -H --header -X -u -T -O --output-document -P ");
    const bool is_wget = reader.invocation_.program == "wget";
    for (const std::string_view option : {"-o", "--output", "--output-document"})
        if (const auto* target = arguments.value(option); target && !(is_wget && option == "-o")) reader.write(*target, {.replaces = true});
    if (is_wget)
        if (const auto* target = arguments.value("-O")) reader.write(*target, {.replaces = true});
    reader.addresses();
    for (const auto* operand : arguments.operands)
        if (operand->text.find("://") == std::string::npos && operand->text.find('.') != std::string::npos)
            add_address(operand->text, reader.scene_.effects);
}

void read_git(Reader& reader)
{
    std::size_t at = 0;
    while (reader.argument(at).starts_with('-')) at += reader.argument(at) == "-C" || reader.argument(at) == "-c" ? 2 : 1;
    const auto verb = reader.argument(at);
    if (verb == "clone" || verb == "fetch" || verb == "pull" || verb == "push" || verb == "ls-remote") reader.addresses();
    for (const auto& word : reader.invocation_.arguments)
        if (word.text.find('@') != std::string::npos && word.text.find(':') != std::string::npos)
            add_address(word.text, reader.scene_.effects);
}

void read_sed(Reader& reader)
{
    const auto arguments = split_arguments(reader.invocation_.arguments, " -e -f ");
    const bool in_place = std::any_of(arguments.options.begin(), arguments.options.end(), [](std::string_view option) {
        return option.starts_with("-i") || option.starts_with("--in-place") ||
               (!option.starts_with("--") && option.find('i') != std::string_view::npos);
    });
    const bool has_script = arguments.value("-e") || arguments.value("-f");
    if (in_place) reader.write_all(" -e -f ", has_script ? 0 : 1);
}

void read_rsync(Reader& reader)
{
    const auto arguments = split_arguments(reader.invocation_.arguments, " -e --rsh --exclude --include ");
    if (arguments.operands.size() < 2) return;
    for (const auto* operand : arguments.operands)
        if (operand->text.find(':') != std::string::npos) add_address(operand->text, reader.scene_.effects);
    if (arguments.operands.back()->text.find(':') != std::string::npos) return;
    reader.write(*arguments.operands.back());
    const bool deletes =
        std::any_of(arguments.options.begin(), arguments.options.end(), [](auto option) { return option.starts_with("--delete"); });
    if (deletes) reader.remove(*arguments.operands.back(), true);
}

void read_tar(Reader& reader)
{
    const auto arguments = split_arguments(reader.invocation_.arguments, " -f -C --file --directory -d -o ");
    const std::string_view mode = reader.argument(0);
    const bool creates = mode.find('c') != std::string_view::npos && reader.invocation_.program == "tar";
    if (creates && !arguments.operands.empty() && !arguments.value("-f")) {
        if (mode.find('f') != std::string_view::npos)
            reader.write(*arguments.operands[mode.starts_with('-') ? 0 : std::min<std::size_t>(1, arguments.operands.size() - 1)]);
    } else if (creates && arguments.value("-f")) reader.write(*arguments.value("-f"));
    for (const std::string_view option : {"-C", "--directory", "-d"})
        if (const auto* target = arguments.value(option)) reader.write(*target);
}

void read_wipe(Reader& reader)
{
    for (const auto& word : reader.invocation_.arguments)
        for (const auto& path : reader.scene_.values.expand(word))
            if (path.text.starts_with("/dev/") || !path.is_known())
                reader.scene_.effects.wipes.push_back(path.is_known() ? path.text : path.shown);
}

// pip install X, apt-get install X, npm i X ...
bool read_installer(Reader& reader)
{
    struct Installer {
        std::string_view program;
        std::string_view verbs;
    };
    constexpr std::array<Installer, 26> installers{{{"pip", " install download "},
                                                    {"pip3", " install download "},
                                                    {"pipx", " install run "},
                                                    {"apt", " install remove purge upgrade "},
                                                    {"apt-get", " install remove purge upgrade dist-upgrade "},
                                                    {"dnf", " install remove "},
                                                    {"yum", " install remove "},
                                                    {"zypper", " install "},
                                                    {"apk", " add "},
                                                    {"brew", " install upgrade "},
                                                    {"snap", " install "},
                                                    {"flatpak", " install "},
                                                    {"npm", " install i add ci "},
                                                    {"pnpm", " install i add "},
                                                    {"yarn", " add install "},
                                                    {"bun", " add install "},
                                                    {"npx", ""},
                                                    {"cargo", " install add "},
                                                    {"gem", " install "},
                                                    {"go", " install get "},
                                                    {"conda", " install create "},
                                                    {"mamba", " install create "},
                                                    {"poetry", " add install "},
                                                    {"composer", " require install "},
                                                    {"uv", " add pip "},
                                                    {"pacman", ""}}};
    for (const auto& [program, verbs] : installers) {
        if (program != reader.invocation_.program) continue;
        if (program == "pacman") {
            if (reader.argument(0).starts_with("-S")) reader.install(1);
            return true;
        }
        std::size_t at = 0;
        while (reader.argument(at).starts_with('-')) ++at;
        if (program == "npx") {
            reader.scene_.effects.packages.emplace_back(reader.argument(at));
            reader.scene_.effects.has_network = true;
            return true;
        }
        if (reader.argument(at).empty() || verbs.find(cat(" ", reader.argument(at), " ")) == std::string_view::npos) return true;
        reader.install(program == "uv" && reader.argument(at) == "pip" ? at + 2 : at + 1);
        return true;
    }
    return false;
}

struct Known {
    std::string_view program;
    void (*read)(Reader&);
};

constexpr Known known[] = {
    {"rm", read_rm},
    {"shred", [](Reader& reader) { read_rm(reader); }},
    {"unlink", read_rm},
    {"rmdir", [](Reader& reader) { read_rm(reader); }},
    {"trash", read_rm},
    {"find", read_find},
    {"dd", read_dd},
    {"curl", read_curl},
    {"wget", read_curl},
    {"git", read_git},
    {"sed", read_sed},
    {"rsync", read_rsync},
    {"tar", read_tar},
    {"unzip", read_tar},
    {"wipefs", read_wipe},
    {"blkdiscard", read_wipe},
    {"sgdisk", read_wipe},
    {"mkswap", read_wipe},
    {"cp", [](Reader& reader) { read_copy(reader, " -t ", false); }},
    {"mv", [](Reader& reader) { read_copy(reader, " -t ", true); }},
    {"ln", [](Reader& reader) { reader.write_last(" -t "); }},
    {"install", [](Reader& reader) { read_copy(reader, " -t -m -o -g ", false); }},
    {"scp",
     [](Reader& reader) {
         reader.scene_.effects.has_network = true;
         for (const auto& word : reader.invocation_.arguments)
             if (word.text.find(':') != std::string::npos) add_address(word.text, reader.scene_.effects);
     }},
    {"ssh",
     [](Reader& reader) {
         reader.scene_.effects.has_network = true;
         const auto arguments = split_arguments(reader.invocation_.arguments, " -p -i -l -o -F -L -R -D -J ");
         if (!arguments.operands.empty()) add_address(arguments.operands.front()->text, reader.scene_.effects);
     }},
    {"nc", [](Reader& reader) { reader.scene_.effects.has_network = true; }},
    {"ping", [](Reader& reader) { reader.scene_.effects.has_network = true; }},
    {"tee", [](Reader& reader) { reader.write_all(""); }},
    {"touch", [](Reader& reader) { reader.write_all(" -d -r -t "); }},
    {"mkdir", [](Reader& reader) { reader.write_all(" -m "); }},
    {"truncate", [](Reader& reader) { reader.write_all(" -s -r "); }},
    {"chmod", [](Reader& reader) { reader.write_all("", 1); }},
    {"chown", [](Reader& reader) { reader.write_all("", 1); }},
    {"chgrp", [](Reader& reader) { reader.write_all("", 1); }},
};

}  // namespace

bool is_disk(std::string_view path)
{
    if (!path.starts_with("/dev/")) return false;
    path.remove_prefix(5);
    constexpr std::array<std::string_view, 9> disks{"sd", "hd", "vd", "nvme", "mmcblk", "disk", "mapper/", "md", "xvd"};
    return std::any_of(disks.begin(), disks.end(), [&](std::string_view start) { return path.starts_with(start); });
}

bool read_program(const Invocation& invocation, ShellScene& scene)
{
    Reader reader{invocation, scene};
    if (invocation.program.starts_with("mkfs")) {
        read_wipe(reader);
        return true;
    }
    static const std::unordered_map<std::string_view, void (*)(Reader&)> readers = [] {
        std::unordered_map<std::string_view, void (*)(Reader&)> made;
        for (const auto& one : known) made.emplace(one.program, one.read);
        return made;
    }();
    const auto found = readers.find(invocation.program);
    if (found == readers.end()) return read_installer(reader);
    found->second(reader);
    return true;
}

}  // namespace oi::scan
