// The SQLite store: appends go to a queue, a thread writes it a moment later; see sqlite_store.h.
#include "store/sqlite_store.h"

#include "base/text.h"
#include "store/claims.h"
#include "store/entries.h"
#include "store/schema.h"
#include "store/search_index.h"
#include "store/whole_conversations.h"
#include "store/write_queue.h"
#include "sys/files.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <system_error>
#include <thread>

namespace oi {

namespace {

using namespace store;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds write_delay{50};    // from the first unwritten append; leaves as much for the writing
constexpr std::chrono::milliseconds retry_delay{1000};  // after a failure, unless somebody asks by flush()
constexpr std::chrono::milliseconds index_delay{2000};  // after the last write: then nobody waits for the database
constexpr std::chrono::milliseconds index_pause{20};    // between steps, so that others get at it
constexpr std::size_t index_step = 512 << 10;           // bytes, some 10 ms
constexpr int most_log_pages = 256;                     // then the log goes into the file: keeps opening fast
constexpr std::string_view in_memory = ":memory:";

// Below 2^53, so that it survives a trip through JavaScript.
ConversationId random_id()
{
    std::random_device device;
    const std::uint64_t bits = (std::uint64_t{device()} << 32) | device();
    return static_cast<ConversationId>(bits & ((std::uint64_t{1} << 53) - 1)) | 1;
}

std::int64_t now_ms()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

// The open file and the statements that write to it.
struct Connection {
    std::unique_ptr<Database> database;
    EntryWriter writer;
    std::optional<SearchIndex> index{};

    Result<SearchIndex*> search_index()
    {
        if (!index) {
            OI_TRY(index, SearchIndex::prepare(*database));
        }
        return &*index;
    }
};

class SqliteStore final : public Store {
public:
    explicit SqliteStore(std::string path) : path_{std::move(path)}, claims_{path_ == in_memory ? std::string{} : path_ + "-claims"} {}
    ~SqliteStore() override;

    Result<ConversationId> create(std::string folder, std::string model) override;
    void append(ConversationId conversation, const Message& message) override
    {
        enqueue([&] { queue_.append(conversation, message); });
    }
    void append(ConversationId conversation, const Chunk& chunk) override
    {
        enqueue([&] { queue_.append(conversation, chunk); });
    }
    void replace_last(ConversationId conversation, std::string content) override
    {
        enqueue([&] { queue_.replace_last(conversation, std::move(content)); });
    }
    void truncate(ConversationId conversation, std::size_t count) override
    {
        enqueue([&] { queue_.truncate(conversation, count); });
    }
    void add_usage(ConversationId conversation, const Usage& usage) override
    {
        enqueue([&] { queue_.add_usage(conversation, usage); });
    }
    void append(ConversationId conversation, const Compaction& compaction) override
    {
        enqueue([&] { queue_.append(conversation, compaction); });
    }
    void mark(ConversationId conversation, CellMark mark) override
    {
        enqueue([&] { queue_.mark(conversation, mark); });
    }
    Result<void> flush() override;

    Result<Usage> usage(ConversationId conversation) override;
    Result<std::vector<Message>> load(ConversationId conversation) override;
    Result<std::optional<Compaction>> compaction(ConversationId conversation) override;
    Result<ConversationSummary> about(ConversationId conversation) override;
    Result<std::vector<std::string>> languages(ConversationId conversation) override;
    Result<std::vector<ConversationSummary>> list(std::size_t limit) override;
    Result<std::optional<ConversationId>> last(std::string_view folder) override;
    Result<std::vector<SearchHit>> search(std::string_view words, std::size_t limit) override;
    Result<void> rename(ConversationId conversation, std::string title) override;
    Result<void> remove(ConversationId conversation) override;
    Result<ConversationId> fork(ConversationId conversation, std::size_t messages) override;
    Result<ConversationId> add(const ImportedConversation& imported) override;
    bool claim(ConversationId conversation) override;
    void release(ConversationId conversation) override;

private:
    template <class Append>
    void enqueue(Append append);
    void start_writer();
    void run_writer();
    void write_due();
    void index_due();
    std::optional<Clock::time_point> next_due() const;  // queue_mutex_ held
    Result<void> write_pending();                       // database_mutex_ held
    Result<Connection*> connection();                   // database_mutex_ held
    bool has_file() const { return connection_ || path_ == in_memory || sys::exists(path_); }
    Beginning beginning_of(ConversationId conversation);

    const std::string path_;

    std::mutex database_mutex_;  // taken before queue_mutex_
    std::unique_ptr<Connection> connection_;
    Claims claims_;

    std::mutex queue_mutex_;  // guards what follows
    std::condition_variable wake_;
    WriteQueue queue_;
    std::unordered_map<ConversationId, Beginning> created_;
    std::optional<Clock::time_point> due_;        // when the queue is to be written
    std::optional<Clock::time_point> index_due_;  // when the index is to follow
    Clock::time_point not_before_{};              // after a failure
    bool has_writer_ = false;
    bool quit_ = false;
    std::thread writer_;
};

SqliteStore::~SqliteStore()
{
    {
        const std::lock_guard lock{queue_mutex_};
        quit_ = true;
    }
    wake_.notify_one();
    if (writer_.joinable()) writer_.join();
    ignore(flush(), "nobody is left to hear it; flush() has said it before");
    if (connection_ && connection_->database->log_pages() >= most_log_pages) connection_->database->final_checkpoint();
}

Result<ConversationId> SqliteStore::create(std::string folder, std::string model)
{
    const std::lock_guard lock{queue_mutex_};
    ConversationId id = random_id();
    while (created_.contains(id)) id = random_id();
    created_[id] = {std::move(folder), std::move(model), now_ms()};
    start_writer();
    return id;
}

// Merging into a message that is due already must cost next to nothing: a model's answer comes in thousands of chunks.
template <class Append>
void SqliteStore::enqueue(Append append)
{
    const std::lock_guard lock{queue_mutex_};
    append();
    if (due_ || queue_.is_empty()) return;
    due_ = std::max(Clock::now() + write_delay, not_before_);
    start_writer();
    wake_.notify_one();
}

void SqliteStore::start_writer()
{
    if (has_writer_) return;
    has_writer_ = true;
    try {
        writer_ = std::thread{[this] { run_writer(); }};
    } catch (const std::system_error&) {
        // No threads left: flush() writes just as well.
    }
}

// Opens the file early, while the program still has other things to do, then writes each batch when it is due.
void SqliteStore::run_writer()
{
    {
        const std::lock_guard lock{database_mutex_};
        ignore(connection(), "the first flush() says it");
    }
    std::unique_lock lock{queue_mutex_};
    index_due_ = Clock::now() + index_delay;
    while (!quit_) {
        const auto next = next_due();
        if (!next) {
            wake_.wait(lock);
        } else if (Clock::now() < *next) {
            wake_.wait_until(lock, Clock::time_point{*next});
        } else {
            const bool writes = due_ && Clock::now() >= *due_;
            lock.unlock();
            if (writes) write_due();
            else index_due();
            lock.lock();
        }
    }
}

std::optional<Clock::time_point> SqliteStore::next_due() const
{
    return due_ && index_due_ ? std::min(due_, index_due_) : due_ ? due_ : index_due_;
}

void SqliteStore::write_due()
{
    const std::lock_guard database{database_mutex_};
    ignore(write_pending(), "flush() tries again and says it");
    if (connection_ && connection_->database->log_pages() >= most_log_pages) connection_->database->checkpoint();
}

// A step; the next one follows as long as there is more.
void SqliteStore::index_due()
{
    const auto step = [&]() -> Result<bool> {
        const std::lock_guard database{database_mutex_};
        if (!has_file()) return false;
        OI_TRY(Connection* const open, connection());
        OI_TRY(SearchIndex* const index, open->search_index());
        auto more = index->advance(index_step);
        if (open->database->log_pages() >= most_log_pages) open->database->checkpoint();
        return more;
    };
    const auto more = step();
    const std::lock_guard lock{queue_mutex_};
    index_due_.reset();  // after a failure too: a search says it
    if (more && *more) index_due_ = Clock::now() + index_pause;
}

Result<void> SqliteStore::write_pending()
{
    std::vector<Write> batch;
    {
        const std::lock_guard lock{queue_mutex_};
        due_.reset();
        batch = queue_.take();
    }
    if (batch.empty()) return {};
    const auto write = [&]() -> Result<void> {
        OI_TRY(Connection* const open, connection());
        return open->writer.write(batch, [this](ConversationId id) { return beginning_of(id); });
    };
    auto written = write();
    if (!written) {
        const std::lock_guard lock{queue_mutex_};
        queue_.put_back(std::move(batch));
        not_before_ = Clock::now() + retry_delay;
        return written;
    }
    for (const auto& one : batch)
        if (!claims_.holds(one.conversation)) claims_.claim(one.conversation);
    const std::lock_guard lock{queue_mutex_};
    index_due_ = Clock::now() + index_delay;
    return written;
}

Result<Connection*> SqliteStore::connection()
{
    if (connection_ && path_ != in_memory && connection_->database->has_moved()) connection_.reset();
    if (!connection_) {
        OI_TRY(auto database, open_store_file(path_));
        OI_TRY(auto writer, EntryWriter::prepare(*database));
        connection_ = std::make_unique<Connection>(Connection{std::move(database), std::move(writer)});
    }
    return connection_.get();
}

Beginning SqliteStore::beginning_of(ConversationId conversation)
{
    const std::lock_guard lock{queue_mutex_};
    const auto found = created_.find(conversation);
    return found != created_.end() ? found->second : Beginning{};
}

// Writes on the caller's thread: it waits anyway, and is spared two changes of thread.
Result<void> SqliteStore::flush()
{
    const std::lock_guard lock{database_mutex_};
    return write_pending();
}

Result<std::vector<Message>> SqliteStore::load(ConversationId conversation)
{
    const std::lock_guard lock{database_mutex_};
    OI_CHECK(write_pending());
    if (has_file()) {
        OI_TRY(Connection* const open, connection());
        auto messages = read_messages(*open->database, conversation);
        if (messages || messages.error().kind != ErrorKind::not_found) return messages;
    }
    const std::lock_guard queue{queue_mutex_};
    if (created_.contains(conversation)) return std::vector<Message>{};
    return fail(ErrorKind::not_found, "there is no conversation " + std::to_string(conversation), "interpreter --conversations lists them");
}

Result<Usage> SqliteStore::usage(ConversationId conversation)
{
    const std::lock_guard lock{database_mutex_};
    OI_CHECK(write_pending());
    if (!has_file()) return Usage{};
    OI_TRY(Connection* const open, connection());
    return read_usage(*open->database, conversation);
}

Result<std::optional<Compaction>> SqliteStore::compaction(ConversationId conversation)
{
    const std::lock_guard lock{database_mutex_};
    OI_CHECK(write_pending());
    if (!has_file()) return std::optional<Compaction>{};
    OI_TRY(Connection* const open, connection());
    return read_compaction(*open->database, conversation);
}

Result<ConversationSummary> SqliteStore::about(ConversationId conversation)
{
    const std::lock_guard lock{database_mutex_};
    ignore(write_pending(), "what is on disk can be told all the same; flush() says it");
    if (!has_file()) return no_such_conversation(conversation);
    OI_TRY(Connection* const open, connection());
    return read_summary(*open->database, conversation);
}

Result<std::vector<std::string>> SqliteStore::languages(ConversationId conversation)
{
    const std::lock_guard lock{database_mutex_};
    OI_CHECK(write_pending());
    if (!has_file()) return std::vector<std::string>{};
    OI_TRY(Connection* const open, connection());
    return read_languages(*open->database, conversation);
}

Result<std::vector<ConversationSummary>> SqliteStore::list(std::size_t limit)
{
    const std::lock_guard lock{database_mutex_};
    ignore(write_pending(), "what is on disk can be listed all the same; flush() says it");
    if (!has_file()) return std::vector<ConversationSummary>{};
    OI_TRY(Connection* const open, connection());
    return read_summaries(*open->database, limit);
}

Result<std::optional<ConversationId>> SqliteStore::last(std::string_view folder)
{
    const std::lock_guard lock{database_mutex_};
    ignore(write_pending(), "what is on disk can be found all the same; flush() says it");
    if (!has_file()) return std::optional<ConversationId>{};
    OI_TRY(Connection* const open, connection());
    return read_last(*open->database, folder);
}

Result<std::vector<SearchHit>> SqliteStore::search(std::string_view words, std::size_t limit)
{
    const std::lock_guard lock{database_mutex_};
    ignore(write_pending(), "what is on disk can be searched all the same; flush() says it");
    if (!has_file()) return std::vector<SearchHit>{};
    OI_TRY(Connection* const open, connection());
    OI_TRY(SearchIndex* const index, open->search_index());
    for (;;) {
        const auto more = index->advance(8 * index_step);
        if (open->database->log_pages() >= most_log_pages) open->database->checkpoint();
        if (!more || !*more) break;  // on a full disk what the index has can be searched all the same
    }
    return index->search(words, limit);
}

Result<void> SqliteStore::rename(ConversationId conversation, std::string title)
{
    const std::lock_guard lock{database_mutex_};
    OI_CHECK(write_pending());
    if (!has_file()) return no_such_conversation(conversation);
    OI_TRY(Connection* const open, connection());
    return rename_conversation(*open->database, conversation, valid_utf8(std::move(title)));
}

Result<void> SqliteStore::remove(ConversationId conversation)
{
    const std::lock_guard lock{database_mutex_};
    OI_CHECK(write_pending());
    if (!has_file()) return no_such_conversation(conversation);
    if (!claims_.claim(conversation))
        return fail(ErrorKind::denied, cat("conversation ", conversation, " is open in another program"), "end it there first");
    OI_TRY(Connection* const open, connection());
    OI_TRY(SearchIndex* const index, open->search_index());
    auto removed = remove_conversation(*open->database, *index, conversation);
    claims_.release(conversation);
    const std::lock_guard queue{queue_mutex_};
    if (removed) created_.erase(conversation);
    return removed;
}

Result<ConversationId> SqliteStore::fork(ConversationId conversation, std::size_t messages)
{
    const std::lock_guard lock{database_mutex_};
    OI_CHECK(write_pending());
    if (!has_file()) return no_such_conversation(conversation);
    OI_TRY(Connection* const open, connection());
    OI_TRY(auto whole, read_whole(*open->database, conversation));
    OI_TRY(const auto compaction, read_compaction(*open->database, conversation));
    whole.id = random_id();
    whole.changed = now_ms();
    if (messages < whole.messages.size()) whole.messages.resize(messages);
    if (!whole.title.empty()) whole.title += " (copy)";
    OI_CHECK(insert_whole(*open->database, whole));
    claims_.claim(whole.id);
    if (compaction && compaction->up_to <= whole.messages.size()) {
        const std::lock_guard queue{queue_mutex_};
        queue_.append(whole.id, *compaction);
    }
    OI_CHECK(write_pending());
    return whole.id;
}

Result<ConversationId> SqliteStore::add(const ImportedConversation& imported)
{
    const std::lock_guard lock{database_mutex_};
    OI_TRY(Connection* const open, connection());
    const std::int64_t changed = imported.changed * 1000;
    const WholeConversation whole{.id = id_of(imported.messages),
                                  .beginning = {imported.folder, imported.model, changed},
                                  .title = imported.title,
                                  .changed = changed,
                                  .messages = imported.messages,
                                  .times = {}};
    OI_TRY(const bool exists, has_conversation(*open->database, whole.id));
    if (!exists) OI_CHECK(insert_whole(*open->database, whole));
    return whole.id;
}

bool SqliteStore::claim(ConversationId conversation)
{
    const std::lock_guard lock{database_mutex_};
    return claims_.claim(conversation);
}

void SqliteStore::release(ConversationId conversation)
{
    const std::lock_guard lock{database_mutex_};
    ignore(write_pending(), "flush() says it");
    claims_.release(conversation);
}

}  // namespace

std::unique_ptr<Store> open_sqlite_store(std::string path) { return std::make_unique<SqliteStore>(std::move(path)); }

std::unique_ptr<Store> memory_store() { return open_sqlite_store(std::string{in_memory}); }

}  // namespace oi
