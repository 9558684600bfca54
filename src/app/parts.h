// The parts that this program plays as a process of its own, started by itself as `interpreter --as PART ARGUMENTS...`.
#pragma once

namespace oi {

// argv[0] is the part's name. Returns the exit code.
int part_main(int argc, char** argv);

}  // namespace oi
