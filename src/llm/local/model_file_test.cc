// Model files: which names are files, and what the models folder holds.
#include "llm/local/model_file.h"

#include "base/text.h"
#include "sys/files.h"
#include "testing/environment.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

namespace oi::llm {

namespace {

std::string file_of(std::string name, std::string api_base = {})
{
    return model_file({.name = std::move(name), .api_base = std::move(api_base)}).value_or("none");
}

}  // namespace

TEST(ModelFile, ANameIsAPathOrLiesInTheModelsFolderOrIsAServers)
{
    const testing::TempDir folder;
    const testing::Environment models{"INTERPRETER_MODELS", folder.path()};
    const std::string stored = folder.write("Qwen-7B-Q4.gguf", "GGUF");
    folder.write("gpt-4o.gguf", "GGUF");
    EXPECT_EQ(file_of("Qwen-7B-Q4.gguf"), stored);
    EXPECT_EQ(file_of("Qwen-7B-Q4"), stored);
    EXPECT_EQ(file_of(stored), stored);
    EXPECT_EQ(file_of("/nowhere/x.gguf"), "/nowhere/x.gguf");
    EXPECT_EQ(file_of("folder/x.GGUF").substr(0, 1), "/");
    EXPECT_EQ(file_of("Qwen-7B"), "none");
    EXPECT_EQ(file_of("gpt-4o"), "none");
    EXPECT_EQ(file_of("llamacpp/x.gguf"), "none");
    EXPECT_EQ(file_of("ollama/Qwen-7B-Q4"), "none");
    EXPECT_EQ(file_of("Qwen-7B-Q4.gguf", "http://localhost:8080/v1"), "none");
    EXPECT_EQ(file_of(""), "none");
}

TEST(ModelFile, AModelInPartsIsOneModel)
{
    const testing::TempDir folder;
    const testing::Environment models{"INTERPRETER_MODELS", folder.path()};
    ASSERT_TRUE(sys::make_folders(folder / "sub"));
    folder.write("sub/big-00001-of-00003.gguf", "123");
    folder.write("sub/big-00002-of-00003.gguf", "45");
    folder.write("sub/big-00003-of-00003.gguf", "6");
    folder.write("a.gguf", "1");
    folder.write("mmproj-a.gguf", "1");
    folder.write("readme.txt", "1");
    std::string seen;
    for (const auto& file : list_model_files()) seen += cat(file.name, " ", file.bytes, "\n");
    EXPECT_EQ(seen, "a 1\nbig-00001-of-00003 6\n");
}

}  // namespace oi::llm
