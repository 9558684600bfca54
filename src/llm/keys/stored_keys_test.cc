// Stored keys: the file, its mode, and who gets a key.
#include "llm/keys/stored_keys.h"

#include "llm/endpoint_for.h"
#include "sys/files.h"
#include "testing/environment.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace oi::llm {

namespace {

using testing::Environment;

class StoredKeys : public ::testing::Test {
protected:
    std::string text() const { return sys::read_file(stored_keys_path()).value_or("(no file)"); }
    int mode_of(const std::string& path) const
    {
        struct stat info {};
        return ::stat(path.c_str(), &info) == 0 ? static_cast<int>(info.st_mode & 0777) : -1;
    }
    void write(std::string_view content, int mode = 0600)
    {
        ASSERT_TRUE(sys::make_folders(sys::config_folder()));
        ASSERT_TRUE(sys::write_file(stored_keys_path(), content, mode));
    }

    testing::TempDir folder;
    Environment config{"XDG_CONFIG_HOME", folder / "config"};
    Environment no_bus{"DBUS_SESSION_BUS_ADDRESS", ""};
    Environment no_folder{"XDG_RUNTIME_DIR", ""};
    Environment no_groq{"GROQ_API_KEY", ""};
    Environment no_groq_base{"GROQ_API_BASE", ""};
};

TEST_F(StoredKeys, WithoutADesktopAKeyGoesIntoAFileForItsOwnerAlone)
{
    const auto place = store_key({.vendor = "groq", .key = "gsk_0123456789"});
    ASSERT_TRUE(place) << to_line(place.error());
    EXPECT_EQ(*place, KeyPlace::file);
    EXPECT_EQ(mode_of(stored_keys_path()), 0600);
    EXPECT_EQ(mode_of(sys::config_folder()), 0700);
    EXPECT_EQ(*stored_key("groq", ""), "gsk_0123456789");
    EXPECT_EQ(*stored_key("openai", ""), "");
}

TEST_F(StoredKeys, AKeyIsReplacedAndRemovedAndTheOtherLinesStay)
{
    write("# mine\n\ngroq old\nopenai  sk-1\t# no comment\n");
    EXPECT_FALSE(stored_keys()) << "a comment stands on a line of its own";
    write("# mine\n\ngroq old\nopenai  sk-1\n");
    ASSERT_TRUE(store_key({.vendor = "groq", .key = "new"}));
    EXPECT_EQ(text(), "# mine\n\ngroq new\nopenai  sk-1\n");
    EXPECT_TRUE(*remove_key("openai", ""));
    EXPECT_FALSE(*remove_key("openai", ""));
    EXPECT_EQ(text(), "# mine\n\ngroq new\n");
}

TEST_F(StoredKeys, AFileThatOthersCouldReadIsClosedToThem)
{
    write("groq gsk_0123456789\n", 0644);
    ASSERT_TRUE(stored_keys());
    EXPECT_EQ(mode_of(stored_keys_path()), 0600);
}

TEST_F(StoredKeys, AMalformedLineIsNamed)
{
    write("groq\n");
    const auto keys = stored_keys();
    ASSERT_FALSE(keys);
    EXPECT_NE(keys.error().what.find("/keys:1: a line is VENDOR KEY"), std::string::npos) << keys.error().what;
    EXPECT_FALSE(store_key({.vendor = "groq", .key = "two words"}));
    EXPECT_FALSE(store_key({.vendor = "groq", .key = ""}));
}

TEST_F(StoredKeys, FlagBeforeEnvironmentBeforeStored)
{
    write("groq stored\n");
    EXPECT_EQ(endpoint_for({.name = "groq/x"})->key, "stored");
    const Environment variable{"GROQ_API_KEY", "of-environment"};
    EXPECT_EQ(endpoint_for({.name = "groq/x"})->key, "of-environment");
    EXPECT_EQ(endpoint_for({.name = "groq/x", .api_key = "of-flag"})->key, "of-flag");
}

TEST_F(StoredKeys, AKeyGoesToNoServerButTheOneItWasStoredFor)
{
    write("groq stored\ngroq theirs http://127.0.0.1:9/v1\n");
    EXPECT_EQ(endpoint_for({.name = "groq/x", .api_base = "http://127.0.0.1:7/v1"})->key, "");
    EXPECT_EQ(endpoint_for({.name = "groq/x", .api_base = "http://127.0.0.1:9/v1/"})->key, "theirs");
    EXPECT_EQ(endpoint_for({.name = "openai/x", .api_base = "http://127.0.0.1:9/v1/"})->key, "") << "another vendor's";
    const Environment base{"GROQ_API_BASE", "http://127.0.0.1:7/v1"};
    EXPECT_EQ(endpoint_for({.name = "groq/x"})->key, "");
}

TEST_F(StoredKeys, AKeyInADesktopThatIsGoneIsAnErrorThatNamesTheRemedy)
{
    write("groq @desktop\n");
    const auto endpoint = endpoint_for({.name = "groq/x"});
    ASSERT_FALSE(endpoint);
    EXPECT_EQ(endpoint.error().kind, ErrorKind::auth);
    EXPECT_NE(to_line(endpoint.error()).find("interpreter --keys"), std::string::npos) << to_line(endpoint.error());
}

TEST(MaskedKey, ShowsTheFormAndTheEndAlone)
{
    EXPECT_EQ(masked_key("sk-ant-api03-abcdefghijklmnop"), "sk-ant-...mnop");
    EXPECT_EQ(masked_key("0123456789abcdef"), "0123...cdef");
    EXPECT_EQ(masked_key("short"), "***");
}

}  // namespace

}  // namespace oi::llm
