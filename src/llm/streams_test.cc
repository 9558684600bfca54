// Recorded streams of every provider, replayed whole, per event and byte by byte: the same chunks each time.
#include "llm/providers.h"
#include "llm/reply_memory.h"
#include "llm/reader/reply_reader.h"

#include "base/json.h"
#include "base/text.h"
#include "sys/files.h"
#include "testing/event_frame.h"
#include "testing/places.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace oi::llm {

namespace {

const std::vector<std::string> languages{"python", "javascript", "shell"};

// The chunks as JSON lines, adjacent pieces of one message joined, then the notices, then the usage or the error.
class Record {
public:
    EventSink sink()
    {
        return [this](const Event& event) {
            if (const auto* chunk = std::get_if<Chunk>(&event)) add(*chunk);
            if (const auto* reasoning = std::get_if<Reasoning>(&event)) thought_ += reasoning->text;
            if (const auto* notice = std::get_if<Notice>(&event)) {
                flush();
                lines_.push_back(cat("notice ", notice->text));
            }
        };
    }
    // What the vendor wants back with the parts of the reply.
    void add_kept(const ReplyMemory& memory)
    {
        flush();
        auto turns = make_dialogue(messages_, {});
        memory.attach(turns);
        for (const auto& turn : turns)
            for (const auto& part : turn.parts) {
                const auto* text = std::get_if<Text>(&part);
                const auto* call = std::get_if<Call>(&part);
                if (const auto opaque = text ? text->opaque : call ? call->opaque : std::string_view{}; !opaque.empty())
                    kept_.push_back(cat("kept with ", text ? text->text : std::string{call->code}, ": ", opaque));
            }
    }
    std::string text(const Result<Usage>& result)
    {
        flush();
        if (!thought_.empty()) {
            json::Writer quoted;
            quoted.value(thought_);
            lines_.push_back(cat("thought ", quoted.view()));
        }
        lines_.insert(lines_.end(), kept_.begin(), kept_.end());
        if (result) lines_.push_back(cat("usage ", result->input_tokens, " ", result->output_tokens, " ", result->cached_tokens));
        else lines_.push_back(cat("error ", name(result.error().kind), ": ", result.error().what));
        return join(lines_, "\n") + "\n";
    }

private:
    void add(const Chunk& chunk)
    {
        if (is_end_mark(chunk)) {
            flush();
            lines_.emplace_back("end");
        } else if (open_ && open_->type == chunk.type && open_->format == chunk.format) {
            open_->content += chunk.content;
        } else {
            flush();
            open_ = chunk;
        }
    }
    void flush()
    {
        if (!open_) return;
        lines_.push_back(to_json(*open_));
        messages_.push_back({open_->role, open_->type, open_->format, open_->content, ""});
        open_.reset();
    }
    std::optional<Chunk> open_;
    std::vector<Message> messages_{user("go")};
    std::vector<std::string> kept_;
    std::vector<std::string> lines_;
    std::string thought_;
};

std::string replay(const Provider& provider, const std::vector<std::string_view>& pieces)
{
    ReplyMemory memory;
    const Endpoint endpoint{.provider = &provider, .vendor = std::string{provider.title}, .memory = &memory};
    Record record;
    ReplyReader reader{endpoint, record.sink(), languages};
    EXPECT_TRUE(reader.head({.status = 200, .headers = {}}));
    Result<void> transfer;
    for (const auto piece : pieces)
        if (transfer) transfer = reader.body(piece);
    const auto result = reader.end(transfer);
    record.add_kept(memory);
    return record.text(result);
}

std::vector<std::string_view> in_pieces(std::string_view bytes, std::size_t size)
{
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < bytes.size(); at += size) pieces.push_back(bytes.substr(at, size));
    return pieces;
}

std::vector<std::string_view> in_frames(std::string_view bytes)
{
    std::vector<std::string_view> pieces;
    while (bytes.size() >= 4) {
        std::size_t size = 0;
        for (int i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
        pieces.push_back(bytes.substr(0, size));
        bytes.remove_prefix(pieces.back().size());
    }
    return pieces;
}

std::vector<std::string_view> in_events(std::string_view bytes, Framing framing)
{
    if (framing == Framing::frames) return in_frames(bytes);
    const std::string_view separator = framing == Framing::lines ? "\n" : "\n\n";
    std::vector<std::string_view> pieces;
    while (!bytes.empty()) {
        const auto end = bytes.find(separator);
        pieces.push_back(bytes.substr(0, end == std::string_view::npos ? end : end + separator.size()));
        bytes.remove_prefix(pieces.back().size());
    }
    return pieces;
}

const char* ending_of(const Provider& provider)
{
    return provider.framing == Framing::frames ? ".frames" : provider.framing == Framing::lines ? ".ndjson" : ".sse";
}

// A .frames file has a line for each message, "TYPE PAYLOAD" or "!EXCEPTION PAYLOAD"; "=TEXT" stands for itself, "-N" takes N
// bytes off the end, "^" spoils the last byte.
std::string recorded(const std::string& path)
{
    const std::string text = sys::read_file(path).value();
    if (!path.ends_with(".frames")) return text;
    std::string bytes;
    for (const auto line : split(trim(text), '\n')) {
        const auto blank = line.find(' ');
        if (line.starts_with('=')) bytes += line.substr(1);
        else if (line.starts_with('-')) bytes.resize(bytes.size() - static_cast<std::size_t>(to_integer(line.substr(1)).value()));
        else if (line == "^") bytes.back() = static_cast<char>(bytes.back() ^ 1);
        else if (line.starts_with('!')) bytes += testing::exception_frame(line.substr(1, blank - 1), line.substr(blank + 1));
        else bytes += testing::event_frame(line.substr(0, blank), line.substr(blank + 1));
    }
    return bytes;
}

}  // namespace

// OI_UPDATE_STREAMS=1 writes the .out files anew, to be read before they are committed.
TEST(Streams, OfEveryProviderGiveTheSameChunksHoweverTheyAreSplit)
{
    for (const Provider* provider : all_providers()) {
        const std::filesystem::path folder = cat(testing::source_folder(), "/tests/streams/", provider->name);
        for (const char* required : {"text", "call", "error", "cut"})
            EXPECT_TRUE(std::filesystem::exists(folder / (std::string{required} + ending_of(*provider))))
                << provider->name << " has no stream " << required;
        for (const auto& entry : std::filesystem::directory_iterator{folder}) {
            if (entry.path().extension() != ending_of(*provider)) continue;
            SCOPED_TRACE(entry.path().string());
            const std::string bytes = recorded(entry.path().string());
            const std::string whole = replay(*provider, {bytes});
            const std::string out = std::filesystem::path{entry.path()}.replace_extension(".out").string();
            if (std::getenv("OI_UPDATE_STREAMS")) ignore(sys::write_file(out, whole), "the comparison below says it");
            EXPECT_EQ(whole, sys::read_file(out).value_or("no file " + out));
            EXPECT_EQ(replay(*provider, in_events(bytes, provider->framing)), whole);
            for (const std::size_t size : {1U, 2U, 3U, 7U, 64U, 1000U}) EXPECT_EQ(replay(*provider, in_pieces(bytes, size)), whole) << size;
        }
    }
}

TEST(Streams, CutAnywhereSayNothingButTheBeginning)
{
    for (const Provider* provider : all_providers()) {
        const std::string bytes = recorded(cat(testing::source_folder(), "/tests/streams/", provider->name, "/call", ending_of(*provider)));
        const std::string whole = replay(*provider, {bytes});
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            const std::string cut = replay(*provider, {std::string_view{bytes}.substr(0, size)});
            if (cut.find("\nusage ") != std::string::npos) continue;  // all that matters was there
            EXPECT_NE(cut.find("error "), std::string::npos) << size;
            const auto begin = cut.substr(0, std::min(cut.find("\"}\nerror "), cut.find("error ")));
            EXPECT_TRUE(whole.starts_with(begin)) << size << ": " << cut;
        }
    }
}

}  // namespace oi::llm
