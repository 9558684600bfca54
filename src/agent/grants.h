// Grants: what a person has allowed for the rest of a conversation, so that it is not asked about again.
#pragma once

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oi {

struct Grants {
    std::set<std::string, std::less<>> languages;
    std::set<std::string, std::less<>> commands;  // first words, as Reading::prefixes has them

    bool cover(std::string_view language, std::span<const std::string> prefixes) const
    {
        if (languages.contains(language)) return true;
        return !prefixes.empty() &&
               std::all_of(prefixes.begin(), prefixes.end(), [&](const std::string& one) { return commands.contains(one); });
    }
    // Those of the prefixes that are not granted yet.
    std::vector<std::string> missing(std::span<const std::string> prefixes) const
    {
        std::vector<std::string> left;
        for (const auto& one : prefixes)
            if (!commands.contains(one)) left.push_back(one);
        return left;
    }
    // False: nothing of that name was granted.
    bool revoke(std::string_view name)
    {
        const auto language = languages.find(name);
        if (language != languages.end()) languages.erase(language);
        const auto command = commands.find(name);
        if (command != commands.end()) commands.erase(command);
        return language != languages.end() || command != commands.end();
    }
    bool is_empty() const { return languages.empty() && commands.empty(); }
};

}  // namespace oi
