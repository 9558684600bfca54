// Taking and giving away the GIL so that a thread of ours never dies in it: once Python ends, a thread that wants the GIL waits for the
// end of the process. (Python itself would end the thread by unwinding it, which C++ frames do not survive.)
#pragma once

#include <pybind11/pybind11.h>

// From here on, other threads than this one wait when Python is ending. Called by the thread that ends it, before it does.
void python_ends_in_this_thread();
// Does not return when Python is ending in another thread.
void wait_if_python_ends();

class Unlocked {
public:
    Unlocked() : state_{PyEval_SaveThread()} {}
    ~Unlocked()
    {
        wait_if_python_ends();
        PyEval_RestoreThread(state_);
    }
    Unlocked(const Unlocked&) = delete;
    Unlocked& operator=(const Unlocked&) = delete;

private:
    PyThreadState* state_;
};

class Locked {
public:
    Locked() : state_{take()} {}
    ~Locked() { PyGILState_Release(state_); }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;

private:
    static PyGILState_STATE take()
    {
        wait_if_python_ends();
        return PyGILState_Ensure();
    }
    PyGILState_STATE state_;
};
