// The library's values as Python's: messages and chunks as dicts, other events as tuples whose first item names them.
#pragma once

#include <interpreter/interpreter.h>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <deque>
#include <vector>

pybind11::dict to_dict(const interpreter::Message& message);
pybind11::list to_dicts(const std::vector<interpreter::Message>& messages);
std::vector<interpreter::Message> from_dicts(const pybind11::list& messages);
// As the chunk protocol has them; an active line is a number or None, a confirmation's content a dict.
pybind11::object to_dict(const interpreter::Chunk& chunk);

pybind11::dict to_python(const interpreter::Failure& failure);
pybind11::dict to_python(const interpreter::Usage& usage);
pybind11::list to_python(const std::vector<interpreter::LanguageInfo>& languages);

// Events that were taken and have not been handed over yet. With the GIL.
class Batch {
public:
    bool is_empty() const { return at_ == events_.size(); }
    void clear();
    void refill(std::vector<interpreter::Event> events);
    // (list of chunks, event or None): chunks up to the first event of another kind, and that one. A confirmation that waits for
    // an answer is no chunk here, but ("confirmation", chunk).
    pybind11::tuple take();
    // The event of the last take() was the end of a turn.
    bool ended_a_turn() const { return ended_; }

private:
    std::vector<interpreter::Event> events_;
    std::size_t at_ = 0;
    bool ended_ = false;
};
