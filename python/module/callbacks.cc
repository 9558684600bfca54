// Callbacks into Python, on the session's threads.
#include "callbacks.h"
#include "gil.h"

#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include <optional>
#include <stop_token>
#include <utility>

namespace py = pybind11;
namespace lib = interpreter;

namespace {

// Whether the callback is still wanted, for Python.
struct Stop {
    std::stop_token token;
};

// Calls a method of `object` with the GIL held and converts its result while it is.
template <class Result, class... Arguments>
Result call(const Shared& object, const char* method, Arguments&&... arguments)
{
    const Locked locked;
    return object->attr(method)(std::forward<Arguments>(arguments)...).template cast<Result>();
}

class PyKernel final : public lib::Kernel {
public:
    PyKernel(Shared callbacks, Shared language) : callbacks_{std::move(callbacks)}, language_{std::move(language)} {}
    ~PyKernel() override
    {
        const Locked locked;
        try {
            callbacks_->attr("end_language")(*language_);
        } catch (py::error_already_set& error) {  // nobody is there any more who could be told
            error.discard_as_unraisable("terminate()");
        }
    }

    void run(const std::string& code, const std::function<void(const lib::Chunk&)>& output, std::stop_token stop) override
    {
        // Its end waits for a call of stop() that is under way, so the GIL must not be held there.
        const std::stop_callback on_stop{stop, [this] { tell_stop(); }};
        const Locked locked;
        const auto sink = py::cpp_function{[&output](std::string type, std::string format, std::string content, std::string recipient) {
            const lib::Chunk chunk{
                .type = std::move(type), .format = std::move(format), .content = std::move(content), .recipient = std::move(recipient)};
            const Unlocked unlocked;
            output(chunk);
        }};
        callbacks_->attr("run_cell")(*language_, code, sink, Stop{stop});
    }

private:
    void tell_stop()
    {
        const Locked locked;
        try {
            callbacks_->attr("stop_language")(*language_);
        } catch (py::error_already_set& error) {  // the cell is stopped all the same
            error.discard_as_unraisable("stop()");
        }
    }

    Shared callbacks_;
    Shared language_;
};

}  // namespace

Shared share(py::object object)
{
    return {new py::object{std::move(object)}, [](py::object* held) {
                const Locked locked;
                delete held;
            }};
}

lib::Completion completion_of(const Shared& callbacks)
{
    return [callbacks](const std::string& request, const std::function<void(const std::string&)>& sink, std::stop_token stop) {
        const Locked locked;
        const auto take = py::cpp_function{[&sink](const std::string& chunk) {
            const Unlocked unlocked;
            sink(chunk);
        }};
        callbacks->attr("complete")(request, take, Stop{std::move(stop)});
    };
}

std::function<std::optional<std::string>(const std::string&, const std::string&)> hook_of(const Shared& callbacks)
{
    return [callbacks](const std::string& language, const std::string& code) {
        return call<std::optional<std::string>>(callbacks, "before_cell", language, code);
    };
}

std::function<std::unique_ptr<lib::Kernel>()> start_of(const Shared& callbacks, std::string name)
{
    return [callbacks, name = std::move(name)]() -> std::unique_ptr<lib::Kernel> {
        const Locked locked;
        return std::make_unique<PyKernel>(callbacks, share(callbacks->attr("start_language")(name)));
    };
}

std::function<std::string(const std::string&, std::stop_token)> call_of(const Shared& callbacks, std::string name)
{
    return [callbacks, name = std::move(name)](const std::string& arguments, const std::stop_token&) {
        return call<std::string>(callbacks, "call_function", name, arguments);
    };
}

void bind_callbacks(py::module_& module)
{
    py::class_<Stop>(module, "Stop").def("requested", [](const Stop& stop) { return stop.token.stop_requested(); });
}
