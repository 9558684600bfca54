// OLLAMA_HOST: every way people write it.
#include "llm/local/ollama_host.h"

#include <gtest/gtest.h>

namespace oi::llm {

TEST(OllamaHost, EveryWayOfWritingItIsAnAddress)
{
    EXPECT_EQ(ollama_base(""), "");
    EXPECT_EQ(ollama_base("localhost"), "http://localhost:11434");
    EXPECT_EQ(ollama_base(" box.lan:8080 "), "http://box.lan:8080");
    EXPECT_EQ(ollama_base(":1234"), "http://127.0.0.1:1234");
    EXPECT_EQ(ollama_base("0.0.0.0"), "http://127.0.0.1:11434");
    EXPECT_EQ(ollama_base("\"0.0.0.0:11435\""), "http://127.0.0.1:11435");
    EXPECT_EQ(ollama_base("http://box"), "http://box");
    EXPECT_EQ(ollama_base("https://box.example/ollama"), "https://box.example/ollama");
    EXPECT_EQ(ollama_base("[::]:11434"), "http://[::1]:11434");
    EXPECT_EQ(ollama_base("[fd00::1]"), "http://[fd00::1]:11434");
    EXPECT_EQ(ollama_base("fd00::1"), "http://[fd00::1]:11434");
}

}  // namespace oi::llm
