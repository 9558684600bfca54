// A palette by median cut (Heckbert 1982), then bands of six rows, each colour's bits run-length coded.
#include "frontend/terminal/sixel.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace oi {

namespace {

constexpr std::size_t most_colours = 256;

// All pixels whose colours agree in their upper five bits a channel.
struct Bucket {
    std::uint32_t key = 0;
    std::uint64_t count = 0;
    std::array<std::uint64_t, 3> sum{};

    unsigned mean(std::size_t channel) const { return static_cast<unsigned>(sum[channel] / count); }
};

std::uint32_t key_of(const unsigned char* pixel)
{
    return static_cast<std::uint32_t>(pixel[0] >> 3 << 10 | pixel[1] >> 3 << 5 | pixel[2] >> 3);
}

std::vector<Bucket> buckets_of(const Pixels& picture)
{
    std::vector<Bucket> all(1 << 15);
    for (std::size_t i = 0; i + 3 < picture.data.size(); i += 4) {
        Bucket& bucket = all[key_of(&picture.data[i])];
        ++bucket.count;
        for (std::size_t channel = 0; channel < 3; ++channel) bucket.sum[channel] += picture.data[i + channel];
    }
    std::vector<Bucket> used;
    for (std::uint32_t key = 0; key < all.size(); ++key) {
        if (all[key].count == 0) continue;
        used.push_back(all[key]);
        used.back().key = key;
    }
    return used;
}

// A part of the buckets, which becomes one colour.
struct Box {
    std::size_t from = 0, to = 0;
    std::size_t widest = 0;    // channel
    std::uint64_t weight = 0;  // how much there is to gain by a cut; 0: nothing
};

Box measured(const std::vector<Bucket>& buckets, std::size_t from, std::size_t to)
{
    Box box{from, to};
    std::uint64_t count = 0;
    for (std::size_t i = from; i < to; ++i) count += buckets[i].count;
    unsigned widest = 0;
    for (std::size_t channel = 0; channel < 3; ++channel) {
        unsigned low = 255, high = 0;
        for (std::size_t i = from; i < to; ++i) {
            low = std::min(low, buckets[i].mean(channel));
            high = std::max(high, buckets[i].mean(channel));
        }
        if (high - low <= widest) continue;
        widest = high - low;
        box.widest = channel;
    }
    box.weight = to - from < 2 ? 0 : count * widest;
    return box;
}

// Where half of the box's pixels are on either side.
std::size_t median(std::vector<Bucket>& buckets, const Box& box)
{
    const auto at = [&](std::size_t i) { return buckets.begin() + static_cast<std::ptrdiff_t>(i); };
    std::sort(at(box.from), at(box.to), [&](const Bucket& a, const Bucket& b) { return a.mean(box.widest) < b.mean(box.widest); });
    std::uint64_t all = 0, below = 0;
    for (std::size_t i = box.from; i < box.to; ++i) all += buckets[i].count;
    std::size_t cut = box.from;
    while (cut + 1 < box.to && (cut == box.from || below + buckets[cut].count <= all / 2)) below += buckets[cut++].count;
    return cut;
}

struct Coloured {
    std::vector<std::array<unsigned, 3>> colours;
    std::vector<std::uint8_t> index_of = std::vector<std::uint8_t>(1 << 15);  // by key
};

Coloured palette_of(const Pixels& picture)
{
    auto buckets = buckets_of(picture);
    std::vector<Box> boxes{measured(buckets, 0, buckets.size())};
    while (boxes.size() < most_colours) {
        const auto heaviest = std::max_element(boxes.begin(), boxes.end(), [](const Box& a, const Box& b) { return a.weight < b.weight; });
        if (heaviest->weight == 0) break;
        const Box box = *heaviest;
        const std::size_t cut = median(buckets, box);
        *heaviest = measured(buckets, box.from, cut);
        boxes.push_back(measured(buckets, cut, box.to));
    }
    Coloured out;
    for (const Box& box : boxes) {
        Bucket sum;
        for (std::size_t i = box.from; i < box.to; ++i) {
            out.index_of[buckets[i].key] = static_cast<std::uint8_t>(out.colours.size());
            sum.count += buckets[i].count;
            for (std::size_t channel = 0; channel < 3; ++channel) sum.sum[channel] += buckets[i].sum[channel];
        }
        out.colours.push_back({sum.mean(0), sum.mean(1), sum.mean(2)});
    }
    return out;
}

void put_run(std::string& out, char sixel, std::size_t length)
{
    if (length > 3) out += cat("!", length, sixel);
    else out.append(length, sixel);
}

void put_line(std::string& out, const std::uint8_t* bits, std::size_t width)
{
    while (width > 0 && bits[width - 1] == 0) --width;
    for (std::size_t from = 0; from < width;) {
        std::size_t to = from;
        while (to < width && bits[to] == bits[from]) ++to;
        put_run(out, static_cast<char>(63 + bits[from]), to - from);
        from = to;
    }
}

}  // namespace

std::string sixel_of(const Pixels& transparent)
{
    const Pixels picture = on_white(transparent);
    const Coloured palette = palette_of(picture);
    const auto width = static_cast<std::size_t>(picture.width), height = static_cast<std::size_t>(picture.height);
    std::string out = cat("\x1bP0;1q\"1;1;", width, ";", height);
    for (std::size_t i = 0; i < palette.colours.size(); ++i) {
        out += cat("#", i, ";2");
        for (const unsigned channel : palette.colours[i]) out += cat(";", (channel * 100 + 127) / 255);
    }
    std::vector<std::uint8_t> bits(palette.colours.size() * width);
    std::vector<bool> is_used(palette.colours.size());
    for (std::size_t top = 0; top < height; top += 6) {
        for (std::size_t y = top; y < std::min(top + 6, height); ++y)
            for (std::size_t x = 0; x < width; ++x) {
                const std::size_t index = palette.index_of[key_of(&picture.data[(y * width + x) * 4])];
                bits[index * width + x] |= static_cast<std::uint8_t>(1 << (y - top));
                is_used[index] = true;
            }
        bool is_first = true;
        for (std::size_t i = 0; i < is_used.size(); ++i) {
            if (!is_used[i]) continue;
            is_used[i] = false;
            out += cat(is_first ? "#" : "$#", i);
            is_first = false;
            put_line(out, &bits[i * width], width);
            std::fill_n(bits.begin() + static_cast<std::ptrdiff_t>(i * width), width, std::uint8_t{0});
        }
        if (top + 6 < height) out += '-';
    }
    return out + "\x1b\\";
}

}  // namespace oi
