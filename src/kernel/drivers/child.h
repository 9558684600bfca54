// Running a cell's program as a child of our own driver.
#pragma once

#include "kernel/drivers/own_driver.h"
#include "sys/process.h"

#include <string>
#include <vector>

namespace oi::kernel {

// The environment of this process, as "NAME=value".
std::vector<std::string> own_environment();

// A program that shares the driver's standard descriptors and its folder.
Result<sys::Process> start_child(const std::string& program, std::vector<std::string> argv, const std::vector<std::string>& environment);

// Waits for it, and ends the cell as it ended; `note` is added when that was well.
void end_with(OwnDriver& driver, Result<sys::Process> child, std::string_view note = {});

// `interpreter --as one-shot PROGRAM ARGUMENT...`: each cell is run as PROGRAM ARGUMENT... CODE.
int one_shot_driver_main(int argc, char** argv);

}  // namespace oi::kernel
