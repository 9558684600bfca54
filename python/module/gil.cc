// The end of Python, seen from threads that are not Python's.
#include "gil.h"

#include <atomic>
#include <pthread.h>
#include <unistd.h>

namespace {

std::atomic<bool> is_ending = false;
pthread_t ending_thread{};

}  // namespace

void python_ends_in_this_thread()
{
    ending_thread = pthread_self();
    is_ending = true;
}

void wait_if_python_ends()
{
    if (!is_ending || pthread_equal(ending_thread, pthread_self()) != 0) return;
#if PY_VERSION_HEX >= 0x030D0000
    if (Py_IsFinalizing() == 0) return;
#else
    if (_Py_IsFinalizing() == 0) return;
#endif
    for (;;) ::pause();
}
