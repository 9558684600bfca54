// Ruby: CRuby 2.7 or later.
#include "kernel/languages.h"
#include "kernel/process_kernel.h"

namespace oi::language {

namespace {

// Runs the driver that comes as the first frame, as the text of a class that has no name.
constexpr const char* bootstrap = R"(require "io/wait"
lambda {
  input = IO.for_fd(13, "rb", autoclose: false)
  text = input.read(input.gets.split[2].to_i)
  Class.new.class_eval(text.force_encoding("UTF-8"), "oi-driver").call(input)
}.call
)";

std::string find_ruby(const Host& host) { return sys::find_program("ruby", host.environment); }

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    const std::string program = find_ruby(host);
    if (program.empty()) return fail(ErrorKind::not_found, "ruby: no such program", "apt install ruby");
    return kernel::ProcessKernel::start({.name = "Ruby",
                                         .argv = {program, "-EUTF-8", "-e", bootstrap},
                                         .driver = "ruby.rb",
                                         .hint = "Ruby 2.7 or later is needed: apt install ruby"},
                                        host);
}

}  // namespace

Language ruby()
{
    return {.name = "ruby",
            .aliases = {"rb", "irb"},
            .display_name = "Ruby",
            .start = start,
            .file_extension = "rb",
            .find_runtime = find_ruby,
            .package = "ruby",
            .version_cell = "puts RUBY_VERSION"};
}

}  // namespace oi::language
