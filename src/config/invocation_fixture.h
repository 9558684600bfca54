// A config folder of its own, and what command lines lead to with it.
#pragma once

#include "base/text.h"
#include "config/invocation.h"
#include "sys/files.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>

namespace oi::config {

class InvocationTest : public ::testing::Test {
protected:
    InvocationTest() : before_{std::filesystem::current_path()}
    {
        ::setenv("XDG_CONFIG_HOME", (folder.path() + "/config").c_str(), 1);
        std::filesystem::create_directories(profiles());
        std::filesystem::create_directories(folder.path() + "/here");
        std::filesystem::current_path(folder.path() + "/here");
    }
    ~InvocationTest() override
    {
        ::unsetenv("XDG_CONFIG_HOME");
        std::filesystem::current_path(before_);
    }

    std::string profiles() const { return folder.path() + "/config/open-interpreter/profiles"; }
    std::string add(const std::string& name, std::string_view text)
    {
        const std::string path = name.starts_with('/') ? name : profiles() + "/" + name;
        EXPECT_TRUE(sys::write_file(path, text));
        return path;
    }

    Result<Invocation> parse(const std::vector<std::string_view>& args)
    {
        std::vector<std::string> variables;
        for (const auto& [name, value] : environment)
            if (name.starts_with("INTERPRETER_")) variables.push_back(name);
        return parse_invocation(
            args, [this](const std::string& name) { return environment.contains(name) ? environment[name] : ""; }, variables);
    }
    // The one line that the person sees.
    std::string error(const std::vector<std::string_view>& args)
    {
        const auto parsed = parse(args);
        return parsed ? "(no error)" : to_line(parsed.error());
    }
    // What a profile of this text leads to; PATH stands for its path.
    std::string profile_error(std::string_view text)
    {
        const std::string path = add("p.yaml", text);
        return replace_all(error({"-p", "p"}), path, "PATH");
    }

    std::string config() const { return folder.path() + "/config/open-interpreter"; }
    // The notes for the person, a line each.
    std::string notes(const std::vector<std::string_view>& args) { return join(parse(args).value().notes, "\n"); }

    oi::testing::TempDir folder;
    std::map<std::string, std::string> environment;

private:
    std::filesystem::path before_;
};

}  // namespace oi::config
