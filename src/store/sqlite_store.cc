// The SQLite store: appends go to a queue, a thread writes it a moment later; see sqlite_store.h.
#include "store/sqlite_store.h"

#include "store/entries.h"
#include "store/schema.h"
#include "store/write_queue.h"
#include "sys/files.h"

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
};

class SqliteStore final : public Store {
public:
    explicit SqliteStore(std::string path) : path_{std::move(path)} {}
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
    void append(ConversationId conversation, const Compaction& compaction) override
    {
        enqueue([&] { queue_.append(conversation, compaction); });
    }
    Result<void> flush() override;

    Result<std::vector<Message>> load(ConversationId conversation) override;
    Result<std::optional<Compaction>> compaction(ConversationId conversation) override;
    Result<std::vector<ConversationSummary>> list(std::size_t limit) override;
    Result<std::optional<ConversationId>> last(std::string_view folder) override;

private:
    template <class Append>
    void enqueue(Append append);
    void start_writer();
    void run_writer();
    Result<void> write_pending();      // database_mutex_ held
    Result<Connection*> connection();  // database_mutex_ held
    bool has_file() const { return connection_ || path_ == in_memory || sys::exists(path_); }
    Beginning beginning_of(ConversationId conversation);

    const std::string path_;

    std::mutex database_mutex_;  // taken before queue_mutex_
    std::unique_ptr<Connection> connection_;

    std::mutex queue_mutex_;  // guards what follows
    std::condition_variable wake_;
    WriteQueue queue_;
    std::unordered_map<ConversationId, Beginning> created_;
    std::optional<Clock::time_point> due_;  // when the queue is to be written
    Clock::time_point not_before_{};        // after a failure
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
    while (!quit_) {
        if (!due_) {
            wake_.wait(lock);
        } else if (Clock::now() < *due_) {
            wake_.wait_until(lock, Clock::time_point{*due_});
        } else {
            lock.unlock();
            {
                const std::lock_guard database{database_mutex_};
                ignore(write_pending(), "flush() tries again and says it");
                if (connection_ && connection_->database->log_pages() >= most_log_pages) connection_->database->checkpoint();
            }
            lock.lock();
        }
    }
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
    }
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

Result<std::optional<Compaction>> SqliteStore::compaction(ConversationId conversation)
{
    const std::lock_guard lock{database_mutex_};
    OI_CHECK(write_pending());
    if (!has_file()) return std::optional<Compaction>{};
    OI_TRY(Connection* const open, connection());
    return read_compaction(*open->database, conversation);
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

}  // namespace

std::unique_ptr<Store> open_sqlite_store(std::string path) { return std::make_unique<SqliteStore>(std::move(path)); }

std::unique_ptr<Store> memory_store() { return open_sqlite_store(std::string{in_memory}); }

}  // namespace oi
