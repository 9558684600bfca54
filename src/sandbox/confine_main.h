// The part `confine` of the program: confines itself and becomes another program (confinement.h has its arguments).
#pragma once

namespace oi::sandbox {

// argv[0] is "confine". Returns only when it fails, with a line on stderr and code 71, or when nobody has asked for an
// announcement (sys/keeper.h): then it ends as the program does. With --report, facts are printed in place of a program:
// "NAME VALUE" lines.
int confine_main(int argc, char** argv);

}  // namespace oi::sandbox
