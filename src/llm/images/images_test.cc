// Pictures on their way to a vendor: what their headers say, how large ones become small, what stands for those not sent.
#include "llm/images/image_codec.h"
#include "base/image_info.h"
#include "llm/images/prepared_image.h"

#include "base/base64.h"
#include "base/text.h"
#include "llm/dialogue.h"
#include "llm/providers.h"
#include "llm/tool.h"
#include "llm/vendors.h"
#include "testing/temp_dir.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace oi::llm {

namespace {

constexpr std::string_view tiny_png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

void put32(std::string& out, std::uint32_t value)
{
    for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift);
}

// An uncompressed picture of 24 bits a pixel; `grain` makes it hard to compress.
std::string bitmap(int width, int height, bool grain = false)
{
    const std::size_t row = (static_cast<std::size_t>(width) * 3 + 3) / 4 * 4;
    std::string out = "BM";
    put32(out, static_cast<std::uint32_t>(54 + row * static_cast<std::size_t>(height)));
    put32(out, 0);
    put32(out, 54);
    put32(out, 40);
    put32(out, static_cast<std::uint32_t>(width));
    put32(out, static_cast<std::uint32_t>(height));
    out += std::string{"\1\0\x18\0", 4};
    out.append(24, '\0');
    std::uint32_t noise = 1;
    for (std::size_t i = 0; i < row * static_cast<std::size_t>(height); ++i) {
        noise = noise * 1664525 + 1013904223;
        out += grain ? static_cast<char>(noise >> 24) : static_cast<char>(i % row / 3);
    }
    return out;
}

Message picture(std::string base64_text, std::string format = "base64.png")
{
    return {Role::computer, Kind::image, std::move(format), std::move(base64_text), ""};
}

std::vector<Message> with_pictures(std::size_t count)
{
    std::vector<Message> messages{user("look")};
    for (std::size_t i = 0; i < count; ++i) messages.push_back(picture(std::string{tiny_png}));
    return messages;
}

std::size_t sent(const std::vector<Message>& messages, const ImageLimits& limits)
{
    std::size_t count = 0;
    for (const auto& turn : make_dialogue(messages, {.takes_images = true, .limits = limits})) count += images_of(turn).size();
    return count;
}

}  // namespace

TEST(ImageInfo, ReadsTheHeadersOfWhatModelsTake)
{
    const std::vector<std::pair<std::string_view, ImageInfo>> samples{
        {tiny_png, {"image/png", 1, 1}},
        {"R0lGODdhAwACAIEAAMgeHgAAAAAAAAAAACwAAAAAAwACAAAIBgABCBwYEAA7", {"image/gif", 3, 2}},
        {"UklGRjoAAABXRUJQVlA4IC4AAACwAQCdASoDAAIAAUAmJaACdLoABDAAAP7x3I/4DdfFtMv/vYL/3YL/3YL/WwAA", {"image/webp", 3, 2}},
        {"UklGRh4AAABXRUJQVlA4TBEAAAAvAkAAAAdQjyLXo/+BiOh/AAA=", {"image/webp", 3, 2}},
        {"Qk1OAAAAAAAAADYAAAAoAAAAAwAAAAIAAAABABgAAAAAABgAAADEDgAAxA4AAAAAAAAAAAAAHh7IHh7IHh7IAAAAHh7IHh7IHh7IAAAA", {"image/bmp", 3, 2}},
        // The beginning of a JPEG, up to its frame header.
        {"/9j/4AAQSkZJRgABAQAAAQABAAD/wAARCAACAAMDASIAAhEBAxEB", {"image/jpeg", 3, 2}},
    };
    for (const auto& [text, info] : samples) {
        const std::string bytes = from_base64(text);
        EXPECT_EQ(image_info(bytes), info) << info.mime;
        for (std::size_t size = 0; size < 10; ++size) EXPECT_FALSE(image_info(std::string_view{bytes}.substr(0, size))) << "cut off";
    }
    for (const std::string_view other : {"", "%PDF-1.7 and so on, for long", "JPEG", "<svg xmlns='http://www.w3.org/2000/svg'/>"})
        EXPECT_FALSE(image_info(other)) << other;
}

TEST(PreparedImage, PassesOnWhatIsWithinTheLimitsByteForByte)
{
    const auto image = prepare_image(picture(std::string{tiny_png}), {});
    EXPECT_EQ(image->data, tiny_png);
    EXPECT_EQ(image->mime, "image/png");
    EXPECT_EQ(prepare_image(picture(cat("data:image/jpeg;base64,", tiny_png), "base64.jpeg"), {})->mime, "image/png") << "the bytes decide";
    EXPECT_EQ(prepare_image(picture(cat(" ", tiny_png.substr(0, 20), "\n", tiny_png.substr(20), "\n")), {})->data, tiny_png);
}

TEST(PreparedImage, MakesLargeOnesSmallerAndKeepsWhatItMade)
{
    const Message large = picture(base64(bitmap(3000, 40)));
    const auto image = prepare_image(large, {.side = 1568});
    EXPECT_EQ(image->mime, "image/png");
    EXPECT_EQ(image_info(from_base64(image->data)), (ImageInfo{"image/png", 1568, 21}));
    EXPECT_EQ(std::pair(image->width, image->height), std::pair(1568, 21));
    EXPECT_EQ(prepare_image(large, {.side = 1568}).get(), image.get()) << "the same bytes in every request, made once";
    EXPECT_NE(prepare_image(large, {.side = 500})->data, image->data);
}

TEST(PreparedImage, ManyBytesBecomeAJpegWithinTheLimit)
{
    const auto image = prepare_image(picture(base64(bitmap(400, 400, true))), {.bytes = 100'000});
    EXPECT_EQ(image->mime, "image/jpeg") << image->note;
    EXPECT_LE(image->data.size(), 100'000U);
    EXPECT_TRUE(image_info(from_base64(image->data)));
}

TEST(PreparedImage, AForeignFormatBecomesOneThatVendorsTake)
{
    EXPECT_EQ(prepare_image(picture(base64(bitmap(3, 2))), {})->mime, "image/png");
    const Message gif = picture("R0lGODdhAwACAIEAAMgeHgAAAAAAAAAAACwAAAAAAwACAAAIBgABCBwYEAA7", "base64.gif");
    EXPECT_EQ(prepare_image(gif, {})->mime, "image/gif");
    EXPECT_EQ(prepare_image(gif, {.takes_gif = false})->mime, "image/png");
}

TEST(PreparedImage, WhatIsNoImageIsALineThatSaysWhatItWas)
{
    const testing::TempDir folder;
    const std::string text = folder.write("notes.png", "just some notes");
    const auto note = [](const Message& message) { return prepare_image(message, {})->note; };
    EXPECT_EQ(note({Role::user, Kind::image, "path", text, ""}),
              cat("[an image that could not be read (", text, "): it begins with just some notes]"));
    EXPECT_NE(note({Role::user, Kind::image, "path", "/no/such.png", ""}).find("/no/such.png: No such file"), std::string::npos)
        << note({Role::user, Kind::image, "path", "/no/such.png", ""});
    EXPECT_EQ(note(picture("")), "[an image that could not be read: it is empty]");
    EXPECT_EQ(note(picture("not base64 at all!")), "[an image that could not be read: 10 bytes of something else]");
    EXPECT_EQ(note(picture(base64("%PDF-1.7"))), "[an image that could not be read: it begins with %PDF-1.7]");
    EXPECT_EQ(prepare_image(picture(base64("%PDF-1.7")), {})->data, "");
    const std::string broken = from_base64(tiny_png).substr(0, 40);
    EXPECT_NE(prepare_image(picture(base64(broken)), {.bytes = 10})->note.find("could not be made smaller"), std::string::npos);
}

TEST(Images, OnlyTheNewestAreSentAndTheOldGoByHalves)
{
    const ImageLimits limits{.count = 4};
    const std::vector<std::size_t> expected{0, 1, 2, 3, 4, 3, 4, 3, 4, 3};
    for (std::size_t count = 0; count < expected.size(); ++count) EXPECT_EQ(sent(with_pictures(count), limits), expected[count]) << count;
    const auto turns = make_dialogue(with_pictures(5), {.takes_images = true, .limits = limits});
    EXPECT_NE(text_of(turns[0]).find("[an older image, no longer sent]"), std::string::npos);
    EXPECT_EQ(sent(with_pictures(9), {.all_bytes = 3 * tiny_png.size()}), 1U) << "nor more bytes than the vendor takes";
}

TEST(Images, EveryRowOfTheTableNamesAVendor)
{
    std::vector<std::string_view> names;
    for (const Provider* provider : all_providers()) names.push_back(provider->name);
    for (const Vendor& vendor : vendors()) names.push_back(vendor.title);
    for (const ImageLimits& row : image_limit_table()) EXPECT_TRUE(std::ranges::count(names, row.vendor)) << row.vendor;
    EXPECT_EQ(image_limits("Anthropic", "anthropic").side, 1568);
    EXPECT_EQ(image_limits("Groq", "openai").count, 5U);
    EXPECT_EQ(image_limits("unheard of", "unheard of"), ImageLimits{});
}

}  // namespace oi::llm
