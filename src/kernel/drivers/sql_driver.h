// The driver of SQL: SQLite in our own executable.
#pragma once

namespace oi::kernel {

// `interpreter --as sql`. Speaks docs/protocol.md.
int sql_driver_main(int argc, char** argv);

}  // namespace oi::kernel
