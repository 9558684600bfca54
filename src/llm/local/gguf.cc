// GGUF: a walk over the header's keys; no length in it is believed before it is known to lie inside the file.
#include "llm/local/gguf.h"

#include "base/text.h"
#include "sys/fd.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <optional>
#include <sys/mman.h>
#include <sys/stat.h>

namespace oi::llm {

namespace {

enum Type : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, string, array, u64, i64, f64 };

constexpr int deepest_array = 4;

std::size_t size_of(std::uint32_t type)
{
    switch (type) {
    case u8:
    case i8:
    case boolean: return 1;
    case u16:
    case i16: return 2;
    case u32:
    case i32:
    case f32: return 4;
    case u64:
    case i64:
    case f64: return 8;
    default: return 0;
    }
}

// What a value is to us: a text, a whole number (of an array: the greatest), or nothing.
struct Value {
    std::string_view text;
    std::int64_t number = 0;
};

class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_{bytes} {}

    template <class T>
    std::optional<T> number()
    {
        T value;
        if (rest_.size() < sizeof value) return {};
        std::memcpy(&value, rest_.data(), sizeof value);  // little-endian, as this machine
        rest_.remove_prefix(sizeof value);
        return value;
    }

    std::optional<std::string_view> text()
    {
        const auto size = number<std::uint64_t>();
        if (!size || *size > rest_.size()) return {};
        const auto found = rest_.substr(0, *size);
        rest_.remove_prefix(*size);
        return found;
    }

    std::optional<Value> value(std::uint32_t type, int depth = 0)
    {
        if (type == string) {
            const auto found = text();
            return found ? std::optional{Value{.text = *found}} : std::nullopt;
        }
        if (type == array) return list(depth);
        return scalar(type);
    }

private:
    template <class T>
    std::optional<Value> whole()
    {
        const auto found = number<T>();
        if (!found) return {};
        constexpr auto most = std::numeric_limits<std::int64_t>::max();
        if constexpr (std::is_same_v<T, std::uint64_t>)
            return Value{.number = *found > static_cast<std::uint64_t>(most) ? most : static_cast<std::int64_t>(*found)};
        else return Value{.number = static_cast<std::int64_t>(*found)};
    }

    std::optional<Value> scalar(std::uint32_t type)
    {
        switch (type) {
        case u8:
        case boolean: return whole<std::uint8_t>();
        case i8: return whole<std::int8_t>();
        case u16: return whole<std::uint16_t>();
        case i16: return whole<std::int16_t>();
        case u32: return whole<std::uint32_t>();
        case i32: return whole<std::int32_t>();
        case u64: return whole<std::uint64_t>();
        case i64: return whole<std::int64_t>();
        case f32:
        case f64: {
            if (rest_.size() < size_of(type)) return {};
            rest_.remove_prefix(size_of(type));
            return Value{};
        }
        default: return {};
        }
    }

    std::optional<Value> list(int depth)
    {
        const auto type = number<std::uint32_t>();
        const auto count = number<std::uint64_t>();
        if (!type || !count || depth >= deepest_array) return {};
        // The least that an element can take: so a count that lies ends at once.
        const std::size_t least = *type == string ? 8 : *type == array ? 12 : size_of(*type);
        if (least == 0 || *count > rest_.size() / least) return {};
        Value greatest;
        for (std::uint64_t i = 0; i < *count; ++i) {
            const auto one = value(*type, depth + 1);
            if (!one) return {};
            greatest.number = std::max(greatest.number, one->number);
        }
        return greatest;
    }

    std::string_view rest_;
};

void take(GgufHeader& header, std::string_view key, const Value& value)
{
    // More than any model has but its window; so that products of them stay numbers.
    const long number = static_cast<long>(std::clamp<std::int64_t>(value.number, 0, 1 << 18));
    if (key == "general.architecture") header.architecture = value.text;
    else if (key == "general.name") header.name = valid_utf8(std::string{value.text});
    else if (key == "split.count") header.parts = std::max(number, 1L);
    const auto dot = key.find('.');
    if (dot == std::string_view::npos || key.substr(0, dot) != header.architecture) return;
    key.remove_prefix(dot + 1);
    if (key == "context_length") header.context_length = static_cast<long>(std::clamp<std::int64_t>(value.number, 0, 1L << 40));
    else if (key == "block_count") header.layers = number;
    else if (key == "embedding_length") header.embedding_length = number;
    else if (key == "attention.head_count") header.heads = number;
    else if (key == "attention.head_count_kv") header.kv_heads = number;
    else if (key == "attention.key_length") header.key_length = number;
    else if (key == "attention.value_length") header.value_length = number;
}

// A file in memory while it lives; only what is read of it is loaded.
class Mapping {
public:
    Mapping(int fd, std::size_t size) : size_{size}, data_{::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0)} {}
    ~Mapping()
    {
        if (is_open()) ::munmap(data_, size_);
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;

    bool is_open() const { return data_ != MAP_FAILED; }
    std::string_view view() const { return {static_cast<const char*>(data_), size_}; }

private:
    std::size_t size_;
    void* data_;
};

Fail no_model(std::string what) { return fail(ErrorKind::invalid, std::move(what), "is the download complete?"); }

}  // namespace

long GgufHeader::cache_bytes_per_token() const
{
    const long per_head = heads > 0 ? embedding_length / heads : 0;
    const long both = (key_length > 0 ? key_length : per_head) + (value_length > 0 ? value_length : per_head);
    return layers * (kv_heads > 0 ? kv_heads : heads) * both * 2;
}

Result<GgufHeader> parse_gguf(std::string_view bytes)
{
    if (!bytes.starts_with("GGUF")) return no_model("is no GGUF file");
    Reader reader{bytes.substr(4)};
    const auto version = reader.number<std::uint32_t>();
    const auto tensors = reader.number<std::uint64_t>();
    const auto keys = reader.number<std::uint64_t>();
    if (!version || !tensors || !keys) return no_model("ends in its header");
    if (*version < 2 || *version > 3)
        return fail(ErrorKind::unsupported, cat("is a GGUF file of version ", *version, "; 2 and 3 are known"),
                    "get a newer file of that model");
    GgufHeader header;
    for (std::uint64_t i = 0; i < *keys; ++i) {
        const auto key = reader.text();
        const auto type = key ? reader.number<std::uint32_t>() : std::nullopt;
        const auto value = type ? reader.value(*type) : std::nullopt;
        if (!value) return no_model("ends in its header, or the header is damaged");
        take(header, *key, *value);
    }
    if (header.architecture.empty()) return no_model("does not say what kind of model it is");
    return header;
}

Result<GgufHeader> read_gguf(const std::string& path)
{
    const sys::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!file.is_open()) return fail_errno(path);
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return fail_errno(path);
    if (!S_ISREG(info.st_mode)) return fail(ErrorKind::invalid, cat(path, " is no file"), "--model takes a GGUF file");
    if (info.st_size == 0) return no_model(cat(path, " is empty"));
    const Mapping mapping{file.get(), static_cast<std::size_t>(info.st_size)};
    if (!mapping.is_open()) return fail_errno(path);
    auto header = parse_gguf(mapping.view());
    if (!header) return fail(header.error().kind, cat(path, " ", header.error().what), header.error().hint);
    return header;
}

}  // namespace oi::llm
