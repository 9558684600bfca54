// The plain layout.
#include "frontend/plain/plain_view.h"

#include "core/transcript.h"

#include <gtest/gtest.h>

namespace oi {

TEST(PlainView, LaysBlocksOutAsTheClassicProgramDid)
{
    PlainView view{SafeText::Level::file};
    Transcript transcript{1000};
    std::string out;
    const auto show = [&](const Chunk& chunk) { view.show(chunk, out); };
    for (const Chunk& chunk : {text_chunk("Su"), text_chunk("re."), code_chunk("python", "print("), code_chunk("python", "2+2)"),
                               active_line_chunk(1), output_chunk("4\n"), active_line_chunk(0), text_chunk("It's **4**.")})
        transcript.append(chunk, show);
    transcript.close(show);
    EXPECT_EQ(out, "Sure.\n\n```python\nprint(2+2)\n```\n\n4\n\n\nIt's **4**.\n");
}

TEST(PlainView, ABlockForTheModelAloneLeavesNoTrace)
{
    PlainView view{SafeText::Level::file};
    Transcript transcript{1000};
    std::string out;
    const auto show = [&](const Chunk& chunk) { view.show(chunk, out); };
    Chunk note = output_chunk("for the model\n");
    note.recipient = "assistant";
    const Chunk picture{.role = Role::computer, .type = Kind::image, .format = "base64.png", .content = "iVBO", .recipient = "assistant"};
    for (const Chunk& chunk : {text_chunk("Look."), note, picture, note, output_chunk("seen\n"), text_chunk("Done.")})
        transcript.append(chunk, show);
    transcript.close(show);
    EXPECT_EQ(out, "Look.\n\nseen\n\n\nDone.\n");
}

TEST(PlainView, NoEscapeSequenceGetsThrough)
{
    PlainView view{SafeText::Level::file};
    std::string out;
    view.show(output_chunk("\x1b[3"), out);
    view.show(output_chunk("1mred\x1b[0m\n"), out);
    EXPECT_EQ(out, "red\n");
}

}  // namespace oi
