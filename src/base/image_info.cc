// The headers of picture formats: PNG (RFC 2083), JPEG (ITU T.81), GIF89a, WebP (RFC 9649), BMP.
#include "base/image_info.h"

#include <cstdint>
#include <cstdlib>

namespace oi {

namespace {

class Bytes {
public:
    explicit Bytes(std::string_view bytes) : bytes_{bytes} {}
    std::size_t size() const { return bytes_.size(); }
    bool has(std::size_t at, std::string_view text) const { return bytes_.size() >= at && bytes_.substr(at).starts_with(text); }
    int byte(std::size_t at) const { return at < bytes_.size() ? static_cast<unsigned char>(bytes_[at]) : 0; }
    int big16(std::size_t at) const { return byte(at) << 8 | byte(at + 1); }
    int little16(std::size_t at) const { return byte(at) | byte(at + 1) << 8; }
    int little24(std::size_t at) const { return little16(at) | byte(at + 2) << 16; }
    std::int64_t big32(std::size_t at) const { return std::int64_t{big16(at)} << 16 | big16(at + 2); }
    std::int32_t little32(std::size_t at) const
    {
        return static_cast<std::int32_t>(static_cast<std::uint32_t>(little16(at + 2)) << 16 | static_cast<std::uint32_t>(little16(at)));
    }

private:
    std::string_view bytes_;
};

std::optional<ImageInfo> sized(std::string_view mime, std::int64_t width, std::int64_t height)
{
    constexpr std::int64_t most = 1 << 20;
    if (width <= 0 || height <= 0 || width > most || height > most) return {};
    return ImageInfo{mime, static_cast<int>(width), static_cast<int>(height)};
}

// Segments until the frame header, which says the size.
std::optional<ImageInfo> jpeg(const Bytes& bytes)
{
    for (std::size_t at = 2; at + 9 <= bytes.size();) {
        if (bytes.byte(at) != 0xFF) return {};
        const int marker = bytes.byte(at + 1);
        if (marker == 0xFF) {
            ++at;
            continue;
        }
        const bool is_frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (is_frame) return sized("image/jpeg", bytes.big16(at + 7), bytes.big16(at + 5));
        at += 2 + static_cast<std::size_t>(bytes.big16(at + 2));
    }
    return {};
}

std::optional<ImageInfo> webp(const Bytes& bytes)
{
    if (bytes.has(12, "VP8X")) return sized("image/webp", bytes.little24(24) + 1, bytes.little24(27) + 1);
    if (bytes.has(12, "VP8L")) {
        const int low = bytes.little16(21), high = bytes.little16(23);
        return sized("image/webp", (low & 0x3FFF) + 1, (low >> 14 | (high & 0xFFF) << 2) + 1);
    }
    if (bytes.has(12, "VP8 ")) return sized("image/webp", bytes.little16(26) & 0x3FFF, bytes.little16(28) & 0x3FFF);
    return {};
}

}  // namespace

std::optional<ImageInfo> image_info(std::string_view data)
{
    const Bytes bytes{data};
    if (bytes.size() < 10) return {};
    if (bytes.has(0, "\x89PNG\r\n\x1a\n") && bytes.size() >= 24) return sized("image/png", bytes.big32(16), bytes.big32(20));
    if (bytes.has(0, "\xFF\xD8\xFF")) return jpeg(bytes);
    if (bytes.has(0, "GIF87a") || bytes.has(0, "GIF89a")) return sized("image/gif", bytes.little16(6), bytes.little16(8));
    if (bytes.has(0, "RIFF") && bytes.has(8, "WEBP") && bytes.size() >= 30) return webp(bytes);
    if (bytes.has(0, "BM") && bytes.size() >= 26) return sized("image/bmp", bytes.little32(18), std::abs(bytes.little32(22)));
    return {};
}

}  // namespace oi
