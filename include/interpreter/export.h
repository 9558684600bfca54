// What the shared library shows of itself: INTERPRETER_API marks it, all else is hidden.
#pragma once

#if defined(__GNUC__)
#define INTERPRETER_API __attribute__((visibility("default")))
#else
#define INTERPRETER_API
#endif
