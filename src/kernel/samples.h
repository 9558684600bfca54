// The same small programs in every language, for the conformance tests. Tests only.
//
// Each language's are in languages/NAME_test.cc: `const Samples& NAME_samples()`. A language that keeps no state from cell to
// cell leaves set_state empty, and its get_state prints 42 by itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oi::kernel_tests {

struct Samples {
    std::string set_state;       // keeps 42 for the next cell
    std::string get_state;       // prints 42
    std::string ordered;         // "1\n" to stdout, "2\n" to stderr, "3\n" to stdout
    std::string fails;           // defines something that fails two calls deep on line 3
    std::string failure;         // what the model reads then
    std::string endless;         // prints "go\n", then computes for ever
    std::string waits;           // prints "go\n", then sleeps for ever
    std::string stubborn_child;  // prints "go\n", then waits for a child that ignores SIGINT
    std::string flood;           // prints 200 MB in lines
    std::string no_newline;      // prints "abc"
    std::string dies;            // kills its own process
    std::string exits;           // ends its own process with code 3, by the usual way
    std::string reads_input;     // prints "[" + all of stdin + "]"
    std::string holder;          // starts a child that keeps stdout for ever, then prints "started\n"
    std::string bytes;           // @: writes these bytes (\xHH escapes) to stdout one by one
    std::string huge_line;       // prints 5 MB of x and a newline
    std::string malformed;       // is no program at all
    std::string folder;          // prints the working folder
    std::string variable;        // prints the environment variable KERNEL_TEST
    std::string third_line;      // does nothing but on line 3, a statement of the top level
    std::string spawn_jobs;      // starts children in sessions of their own, prints their pids, one a line
    std::string reads_line{};    // prints "name? ", reads a line of stdin, prints "[" + line + "]"
    // The samples that this language has no words for, and leaves empty: SQL starts no children.
    std::vector<std::string_view> cannot{};
    std::string byte_escape = "\\x";  // what begins an escape of two hexadecimal digits
};

#define LANGUAGE(name) const Samples& name##_samples();
#include "kernel/languages.def"
#undef LANGUAGE

}  // namespace oi::kernel_tests
