// Starts the Java session: its driver is compiled once and kept, with an archive of its classes that shortens each start.
#pragma once

namespace oi::kernel {

// `interpreter --as java JAVAC`: JAVAC is a path; java and jar lie beside it. Becomes java.
int java_launcher_main(int argc, char** argv);

}  // namespace oi::kernel
