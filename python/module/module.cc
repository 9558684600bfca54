// The compiled module interpreter._core: a Session of the C++ library for Python. Waits give the GIL away; callbacks take it.
#include "callbacks.h"
#include "gil.h"
#include "values.h"
#include "waiting.h"

#include <interpreter/interpreter.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace py = pybind11;
namespace lib = interpreter;

namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;
using LanguageRow = std::tuple<std::string, std::string, std::string, std::string, std::vector<std::string>>;
using FunctionRow = std::tuple<std::string, std::string, std::string>;

lib::Failure closed() { return {.kind = "cancelled", .what = "the session was closed"}; }

// What Python has of a session. The session itself is shared with whoever waits for it, so that close() in one thread never takes
// it away from another.
class PySession {
public:
    PySession(lib::Options options, std::shared_ptr<Mailbox> mailbox)
        : mailbox_{std::move(mailbox)}, session_{new lib::Session{std::move(options)}, destroy_without_gil}
    {
    }
    ~PySession()
    {
        const Unlocked unlocked;
        session_.reset();
    }

    void submit(lib::Op op, bool begins_turn)
    {
        const auto session = open();
        if (begins_turn) {
            has_ended_ = false;
            batch_.clear();
        }
        const Unlocked unlocked;
        session->submit(std::move(op));
    }

    // (chunks, control): the chunks that have come, up to the first event of another kind, and that one or None. Waits until there is
    // one of both or the time (seconds) is over. Signals are heard.
    py::tuple next(std::optional<double> timeout)
    {
        const Deadline deadline{timeout};
        for (;;) {
            auto found = take();
            if (py::len(found[0]) > 0 || !found[1].is_none() || !mailbox_->wait(deadline)) return found;
        }
    }

    py::tuple take()
    {
        if (batch_.is_empty()) {
            const auto session = is_open();
            if (!session) return ended(closed());
            mailbox_->clear();
            std::vector<lib::Event> events;
            try {
                const Unlocked unlocked;
                events = session->take();
            } catch (...) {  // what a callback threw stands for the end of the turn
                has_ended_ = true;
                throw;
            }
            batch_.refill(std::move(events));
        }
        auto found = batch_.take();
        if (batch_.ended_a_turn()) has_ended_ = true;
        return found;
    }

    // Passes over what is left of an earlier turn.
    void drop()
    {
        mailbox_->take_messages();
        batch_.clear();
        if (const auto session = is_open()) {
            const Unlocked unlocked;
            for (bool is_empty = false; !is_empty;) {
                try {
                    is_empty = session->take().empty();
                } catch (...) {  // of a turn that nobody wants any more
                    continue;
                }
            }
        }
    }

    py::list finished() { return to_dicts(mailbox_->take_messages()); }
    int fileno() { return mailbox_->descriptor(); }
    bool has_ended() const { return has_ended_; }

    // Ends turn and kernels; whoever waits for an event gets the end of the turn.
    void close()
    {
        const Unlocked unlocked;
        std::shared_ptr<lib::Session> session;
        {
            const std::scoped_lock lock{mutex_};
            session.swap(session_);
        }
        mailbox_->notify();
    }
    // In the child after fork(), before anything else.
    void forked() { mailbox_->renew_after_fork(); }
    void renew_after_fork()
    {
        batch_.clear();
        has_ended_ = true;
        open()->renew_after_fork();
    }

    // The session, for calls that need the GIL given away: `ask` runs without it.
    template <class Ask>
    auto with(Ask ask)
    {
        const auto session = open();
        const Unlocked unlocked;
        return ask(*session);
    }

private:
    static void destroy_without_gil(lib::Session* session)
    {
        if (PyGILState_Check() == 0) {
            delete session;
            return;
        }
        const Unlocked unlocked;
        delete session;
    }
    std::shared_ptr<lib::Session> is_open()
    {
        const std::scoped_lock lock{mutex_};
        return session_;
    }
    std::shared_ptr<lib::Session> open()
    {
        if (auto session = is_open()) return session;
        throw lib::Error{closed()};
    }
    py::tuple ended(const lib::Failure& failure)
    {
        has_ended_ = true;
        return py::make_tuple(py::list{}, py::make_tuple("done", to_python(failure)));
    }

    std::shared_ptr<Mailbox> mailbox_;
    std::mutex mutex_;  // of session_; never held while something is waited for
    std::shared_ptr<lib::Session> session_;
    Batch batch_;
    bool has_ended_ = true;
};

std::unique_ptr<PySession> make(const Settings& settings, const std::string& folder, bool is_stored, const std::string& program,
                                const py::object& callbacks, bool has_completion, bool has_hook, const std::vector<LanguageRow>& languages,
                                const std::vector<FunctionRow>& functions)
{
    auto mailbox = std::make_shared<Mailbox>();
    const auto shared = share(callbacks);
    lib::Options options;
    options.settings = settings;
    options.folder = folder;
    options.is_stored = is_stored;
    options.program = program;
    options.on_event = [mailbox] { mailbox->notify(); };
    options.on_message = [mailbox](const lib::Message& message) { mailbox->add(message); };
    if (has_completion) options.completion = completion_of(shared);
    if (has_hook) options.before_cell = hook_of(shared);
    for (const auto& [name, display_name, extension, system_message, aliases] : languages)
        options.languages.push_back({.name = name,
                                     .display_name = display_name,
                                     .file_extension = extension,
                                     .system_message = system_message,
                                     .aliases = aliases,
                                     .start = start_of(shared, name)});
    for (const auto& [name, description, parameters] : functions)
        options.functions.push_back({.name = name, .description = description, .parameters = parameters, .call = call_of(shared, name)});
    return std::make_unique<PySession>(std::move(options), std::move(mailbox));
}

lib::Decide::Verdict verdict_of(const std::string& name)
{
    if (name == "run") return lib::Decide::Verdict::run;
    if (name == "refuse") return lib::Decide::Verdict::refuse;
    if (name == "nobody") return lib::Decide::Verdict::nobody;
    throw py::value_error("unknown verdict " + name);
}

void say(PySession& session, const py::list& messages)
{
    auto said = from_dicts(messages);
    lib::Say op{.message = std::move(said.back())};
    said.pop_back();
    op.attached = std::move(said);
    session.submit(std::move(op), true);
}

// lib::Error as interpreter.errors.InterpreterError.
void translate(std::exception_ptr thrown)
{
    try {
        if (thrown) std::rethrow_exception(thrown);
    } catch (const lib::Error& error) {
        const auto type = py::module_::import("interpreter.errors").attr("InterpreterError");
        const auto& failure = error.failure();
        PyErr_SetObject(type.ptr(), type(failure.what, failure.kind, failure.hint).ptr());
    }
}

}  // namespace

PYBIND11_MODULE(_core, module)
{
    module.doc() = "The compiled core of the package interpreter.";
    py::register_exception_translator(translate);
    bind_callbacks(module);
    module.def("python_ends", &python_ends_in_this_thread);
    module.def("default_system_message", &lib::default_system_message);
    using lib::Session;
    py::class_<PySession>(module, "Session")
        .def(py::init(&make), py::kw_only(), py::arg("settings"), py::arg("folder"), py::arg("is_stored"), py::arg("program"),
             py::arg("callbacks"), py::arg("has_completion"), py::arg("has_hook"), py::arg("languages"), py::arg("functions"))
        .def("say", &say)
        .def("go_on", [](PySession& self) { self.submit(lib::GoOn{}, true); })
        .def("run",
             [](PySession& self, std::string language, std::string code) {
                 self.submit(lib::Run{std::move(language), std::move(code)}, true);
             })
        .def("decide",
             [](PySession& self, int id, const std::string& verdict, std::optional<std::string> code, std::string reason) {
                 self.submit(
                     lib::Decide{.id = id, .verdict = verdict_of(verdict), .edited_code = std::move(code), .reason = std::move(reason)},
                     false);
             })
        .def("input",
             [](PySession& self, int id, std::optional<std::string> line) {
                 self.submit(lib::Input{id, std::move(line)}, false);
             })
        .def("interrupt", [](PySession& self) { self.submit(lib::Interrupt{}, false); })
        .def("next", &PySession::next, py::arg("timeout") = py::none())
        .def("take", &PySession::take)
        .def("drop", &PySession::drop)
        .def("finished", &PySession::finished)
        .def("fileno", &PySession::fileno)
        .def("has_ended", &PySession::has_ended)
        .def("close", &PySession::close)
        .def("forked", &PySession::forked)
        .def("renew_after_fork", &PySession::renew_after_fork)
        .def("messages", [](PySession& self,
                            std::size_t first) { return to_dicts(self.with([&](Session& session) { return session.messages(first); })); })
        .def("set_messages",
             [](PySession& self, const py::list& messages) {
                 auto values = from_dicts(messages);
                 self.with([&](Session& session) { session.set_messages(std::move(values)); });
             })
        .def("setting",
             [](PySession& self, const std::string& name) { return self.with([&](Session& session) { return session.setting(name); }); })
        .def("set", [](PySession& self, const std::string& name,
                       const std::string& value) { self.with([&](Session& session) { session.set(name, value); }); })
        .def("system_message", [](PySession& self) { return self.with([](Session& session) { return session.system_message(); }); })
        .def("usage", [](PySession& self) { return to_python(self.with([](Session& session) { return session.usage(); })); })
        .def("count_tokens",
             [](PySession& self, const std::string& text) {
                 return self.with([&](Session& session) { return session.count_tokens(text); });
             })
        .def("languages", [](PySession& self) { return to_python(self.with([](Session& session) { return session.languages(); })); })
        .def("variables",
             [](PySession& self, const std::string& language) {
                 return self.with([&](Session& session) { return session.variables(language); });
             })
        .def("call",
             [](PySession& self, const std::string& method, const std::string& arguments) {
                 return self.with([&](Session& session) { return session.call(method, arguments); });
             })
        .def("run_terminal", [](PySession& self, const std::string& first) {
            return self.with([&](Session& session) { return session.run_terminal(first); });
        });
}
