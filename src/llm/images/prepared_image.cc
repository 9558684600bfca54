// Pictures are looked at by their headers; only what is too large or in a foreign format is decoded and written anew.
#include "llm/images/prepared_image.h"

#include "base/base64.h"
#include "base/text.h"
#include "llm/images/image_codec.h"
#include "base/image_info.h"
#include "sys/files.h"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <tuple>

namespace oi::llm {

namespace {

using Image = std::shared_ptr<const PreparedImage>;

Image not_sent(std::string note) { return std::make_shared<PreparedImage>(PreparedImage{.note = std::move(note)}); }

// Pictures made smaller, by what they were made of.
class Cache {
public:
    using Key = std::tuple<std::size_t, std::size_t, int, std::size_t>;  // hash and size of the bytes, side, most bytes

    Image find(const Key& key)
    {
        const std::lock_guard lock{mutex_};
        const auto found = images_.find(key);
        return found == images_.end() ? nullptr : found->second;
    }
    void keep(const Key& key, const Image& image)
    {
        constexpr std::size_t most_bytes = 64 << 20;
        const std::lock_guard lock{mutex_};
        if (bytes_ + image->data.size() > most_bytes) {
            images_.clear();
            bytes_ = 0;
        }
        if (images_.emplace(key, image).second) bytes_ += image->data.size();
    }

private:
    std::mutex mutex_;
    std::map<Key, Image> images_;
    std::size_t bytes_ = 0;
};

Cache& cache()
{
    static Cache& images = *new Cache;  // never destroyed, as all that a turn uses: one may run while the process ends
    return images;
}

// What was sent in place of an image, for the model to see: the beginning of text, else only its size.
std::string nature_of(std::string_view bytes)
{
    if (bytes.empty()) return "it is empty";
    const std::string_view start = utf8_prefix(bytes, 40);
    const bool is_text =
        std::all_of(start.begin(), start.end(), [](char c) { return static_cast<unsigned char>(c) >= 32 || c == '\n' || c == '\t'; });
    if (!is_text || valid_utf8(std::string{start}) != start) return cat(bytes.size(), " bytes of something else");
    return cat("it begins with ", replace_all(std::string{start}, "\n", " "));
}

Image recoded(std::string_view bytes, const ImageInfo& info, const ImageLimits& limits)
{
    const Cache::Key key{std::hash<std::string_view>{}(bytes), bytes.size(), limits.side, limits.bytes};
    if (auto known = cache().find(key)) return known;
    auto made = recode_image(bytes, limits.side, limits.bytes / 4 * 3);
    const Image image = made ? std::make_shared<PreparedImage>(PreparedImage{
                                   .mime = made->mime, .data = base64(made->bytes), .width = made->width, .height = made->height})
                             : not_sent(cat("[an image, not shown: ", info.width, "x", info.height, " pixels in ", bytes.size(),
                                            " bytes are too much for this model, and it could not be made smaller]"));
    cache().keep(key, image);
    return image;
}

// `encoded`: the bytes in base64, if they came so.
Image within(std::string_view bytes, std::string_view encoded, const std::string& name, const ImageLimits& limits)
{
    const auto info = image_info(bytes);
    if (!info) return not_sent(cat("[an image that could not be read", name, ": ", nature_of(bytes), "]"));
    const bool is_foreign = info->mime == "image/bmp" || (info->mime == "image/gif" && !limits.takes_gif);
    const bool is_large = std::max(info->width, info->height) > limits.side || (bytes.size() + 2) / 3 * 4 > limits.bytes;
    if (is_foreign || is_large) return recoded(bytes, *info, limits);
    return std::make_shared<PreparedImage>(PreparedImage{
        .mime = info->mime, .data = encoded.empty() ? base64(bytes) : std::string{encoded}, .width = info->width, .height = info->height});
}

bool is_clean_base64(std::string_view text)
{
    const auto end = std::min(text.find('='), text.size());
    return text.size() % 4 == 0 && text.size() - end <= 2 &&
           std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
           });
}

}  // namespace

std::shared_ptr<const PreparedImage> prepare_image(const Message& message, const ImageLimits& limits)
{
    if (message.format == "path") {
        const auto file = sys::read_file(message.content);
        if (!file) return not_sent(cat("[an image that could not be read: ", message.content, ": ", file.error().what, "]"));
        return within(*file, {}, cat(" (", message.content, ")"), limits);
    }
    std::string_view data = trim(message.content);
    if (data.starts_with("data:")) data.remove_prefix(std::min(data.find(','), data.size() - 1) + 1);
    return within(from_base64(data), is_clean_base64(data) ? data : std::string_view{}, "", limits);
}

}  // namespace oi::llm
