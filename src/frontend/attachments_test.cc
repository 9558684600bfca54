// Which files a message gives to the model.
#include "frontend/attachments.h"

#include "base/text.h"
#include "sys/files.h"
#include "testing/temp_dir.h"

#include <gtest/gtest.h>

namespace oi {

namespace {

// A folder with pictures and other files, whose sizes are read by a function of the test.
struct Desk {
    Desk()
    {
        for (const char* name : {"plot.png", "my plot (1).PNG", "\xC3\xA4.jpg", "data.csv", "no.png"})
            EXPECT_TRUE(sys::write_file(at(name), std::string_view{name} == "no.png" ? "text" : "picture"));
    }
    std::string at(std::string_view name) const { return cat(folder.path(), "/", name); }
    std::vector<std::string> names(std::string_view text) const
    {
        std::vector<std::string> found;
        for (const auto& file : attachments.of(text)) found.push_back(file.path.substr(folder.path().size() + 1));
        return found;
    }
    testing::TempDir folder;
    Attachments attachments{[](std::string_view bytes) -> std::optional<PictureSize> {
        if (bytes != "picture") return {};
        return PictureSize{640, 480};
    }};
};

using Names = std::vector<std::string>;

}  // namespace

TEST(Attachments, APictureIsFoundHoweverItsPathIsWritten)
{
    const Desk desk;
    EXPECT_EQ(desk.names(cat("what is in ", desk.at("plot.png"), "?")), Names{"plot.png"});
    EXPECT_EQ(desk.names(cat("look (", desk.at("plot.png"), "), please")), Names{"plot.png"});
    EXPECT_EQ(desk.names(cat("'", desk.at("my plot (1).PNG"), "'")), Names{"my plot (1).PNG"});
    EXPECT_EQ(desk.names(cat("\"", desk.at("my plot (1).PNG"), "\" is nice")), Names{"my plot (1).PNG"});
    EXPECT_EQ(desk.names(cat(desk.folder.path(), "/my\\ plot\\ \\(1\\).PNG")), Names{"my plot (1).PNG"});
    EXPECT_EQ(desk.names(cat("see ", desk.at("my plot (1).PNG"), " there")), Names{"my plot (1).PNG"}) << "nothing escaped";
    EXPECT_EQ(desk.names(cat("file://", desk.folder.path(), "/my%20plot%20(1).PNG")), Names{"my plot (1).PNG"});
    EXPECT_EQ(desk.names(cat("file://machine", desk.folder.path(), "/%C3%A4.jpg")), Names{"\xC3\xA4.jpg"});
}

TEST(Attachments, SeveralAtOnceEachOnce)
{
    const Desk desk;
    EXPECT_EQ(desk.names(cat(desk.at("plot.png"), " ", desk.at("\xC3\xA4.jpg"), "\n", desk.at("plot.png"))),
              (Names{"plot.png", "\xC3\xA4.jpg"}));
}

TEST(Attachments, OtherFilesAreGivenOnlyWhenTheyWereDropped)
{
    Desk desk;
    const std::string prose = cat("Traceback: File \"", desk.at("data.csv"), "\", line 3");
    EXPECT_EQ(desk.names(prose), Names{});
    desk.attachments.note_paste(prose);
    EXPECT_EQ(desk.names(prose), Names{}) << "pasted among words it is no gift";
    desk.attachments.note_paste(cat(desk.at("data.csv"), " ", desk.at("plot.png"), " "));
    EXPECT_EQ(desk.names(cat("sum up ", desk.at("data.csv"))), Names{"data.csv"});
    EXPECT_EQ(desk.names("sum up"), Names{}) << "its path was deleted";
}

TEST(Attachments, WhatIsNotThereOrNoPictureIsText)
{
    const Desk desk;
    EXPECT_EQ(desk.names(cat(desk.at("gone.png"), " ", desk.at("no.png"), " ", desk.folder.path(), " plot.png / ~ 1/2 and/or")), Names{});
}

TEST(Attachments, GoToTheModelAsPicturesOrAsPaths)
{
    const std::vector<Attachment> files{{"/a/plot.png", PictureSize{640, 480}}, {"/a/data.csv"}};
    EXPECT_EQ(as_messages(files, true),
              (std::vector<Message>{{Role::user, Kind::image, "path", "/a/plot.png"}, {Role::user, Kind::file, "path", "/a/data.csv"}}));
    EXPECT_EQ(as_messages(files, false)[0], (Message{Role::user, Kind::file, "path", "/a/plot.png"}));
    EXPECT_EQ(describe(files, true), "plot.png (640x480), data.csv");
    EXPECT_EQ(describe(files, false), "plot.png (640x480), data.csv; this model takes no pictures, it is told the path");
}

}  // namespace oi
