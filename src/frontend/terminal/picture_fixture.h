// Pictures for tests, and what a terminal makes of the bytes that draw them.
#pragma once

#include "base/base64.h"
#include "base/pixels.h"
#include "base/text.h"

#include <array>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace oi::testing {

inline Pixels painted(int width, int height, const std::function<std::array<int, 3>(int x, int y)>& colour)
{
    Pixels out{{}, width, height};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            for (const int channel : colour(x, y)) out.data.push_back(static_cast<unsigned char>(channel));
            out.data.push_back(255);
        }
    return out;
}

inline std::array<int, 3> colour_at(const Pixels& picture, int x, int y)
{
    const auto at = static_cast<std::size_t>(y * picture.width + x) * 4;
    return {picture.data[at], picture.data[at + 1], picture.data[at + 2]};
}

// Reads the sixels that sixel_of() writes, as a VT340 would: what is never painted stays transparent.
inline Pixels decode_sixel(std::string_view text)
{
    text.remove_prefix(text.find('"') + 1);
    const auto number = [&] {
        std::size_t end = 0;
        while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
        const int value = std::atoi(std::string{text.substr(0, end)}.c_str());
        text.remove_prefix(end);
        return value;
    };
    const auto next = [&] {
        if (text.starts_with(';')) text.remove_prefix(1);
        return number();
    };
    number(), next();
    Pixels out;
    out.width = next();
    out.height = next();
    out.data.resize(static_cast<std::size_t>(out.width * out.height) * 4);
    std::vector<std::array<int, 3>> palette(256);
    std::size_t colour = 0;
    int x = 0, top = 0, repeat = 1;
    while (!text.empty() && text[0] != '\x1b') {
        const char c = text[0];
        text.remove_prefix(1);
        if (c == '#') {
            colour = static_cast<std::size_t>(number());
            if (!text.starts_with(";2;")) continue;
            next();
            for (auto& channel : palette[colour]) channel = next() * 255 / 100;
        } else if (c == '!') repeat = number();
        else if (c == '$') x = 0;
        else if (c == '-') x = 0, top += 6;
        else {
            for (; repeat > 0; --repeat, ++x)
                for (int bit = 0; bit < 6; ++bit) {
                    if (!((c - 63) & 1 << bit) || x >= out.width || top + bit >= out.height) continue;
                    const auto at = static_cast<std::size_t>((top + bit) * out.width + x) * 4;
                    for (std::size_t i = 0; i < 3; ++i) out.data[at + i] = static_cast<unsigned char>(palette[colour][i]);
                    out.data[at + 3] = 255;
                }
            repeat = 1;
        }
    }
    return out;
}

// The file that kitty's protocol carries in the bytes, and the keys of its first piece in `keys`.
inline std::string decode_kitty(std::string_view bytes, std::string& keys)
{
    std::string data;
    for (auto at = bytes.find("\x1b_G"); at != std::string_view::npos; at = bytes.find("\x1b_G", at + 1)) {
        const auto semicolon = bytes.find(';', at), end = bytes.find("\x1b\\", at);
        if (data.empty()) keys = bytes.substr(at + 3, semicolon - at - 3);
        data += bytes.substr(semicolon + 1, end - semicolon - 1);
    }
    return from_base64(data);
}

}  // namespace oi::testing
