// Steering: words of the person for a turn that runs, and what is stopped so that they are heard soon.
#pragma once

#include "core/event.h"

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace oi {

// The person's side may call from any thread; the turn takes the words and says what goes on meanwhile.
class Steering {
public:
    void add(Say words);
    // The answer that streams stops if words wait for it; code that runs goes on.
    void interrupt_answer();
    // The cell that runs stops too, if words wait for its end.
    void interrupt_cell();

    bool has_words() const;
    std::vector<Say> take();

    // While it lives, what it gives the token to is what the words stop. It stops with `outer` too.
    class Going {
    public:
        enum class What : std::uint8_t { answer, cell };
        Going(Steering& steering, What what, std::stop_token outer);
        ~Going();
        Going(const Going&) = delete;
        Going& operator=(const Going&) = delete;
        std::stop_token stop() const { return source_.get_token(); }

    private:
        struct Forward {
            std::stop_source source;
            void operator()() { source.request_stop(); }
        };
        Steering& steering_;
        What what_;
        std::stop_source source_;
        std::stop_callback<Forward> forward_;
    };

private:
    void interrupt(Going::What what);

    mutable std::mutex mutex_;
    std::vector<Say> words_;
    std::stop_source answer_{std::nostopstate};
    std::stop_source cell_{std::nostopstate};
};

}  // namespace oi
