// PHP: the command line's, 8.0 or later.
#include "kernel/languages.h"
#include "kernel/process_kernel.h"

namespace oi::language {

namespace {

// Runs the driver that comes as the first frame, then cells for ever, at the top level.
constexpr const char* bootstrap = R"((function () {
    $in = fopen('php://fd/13', 'rb');
    $length = (int) explode(' ', fgets($in))[2];
    for ($text = ''; strlen($text) < $length;) $text .= fread($in, $length - strlen($text));
    eval('?>' . $text);
    _Cell\Driver::start($in);
})();
while (true) {
    try {
        _Cell\Driver::next();
        include _Cell\Driver::$path;
        _Cell\Driver::quiet();
    } catch (Throwable $_thrown) {
        _Cell\Driver::fail($_thrown);
        unset($_thrown);
    }
}
)";

std::string find_php(const Host& host) { return sys::find_program("php", host.environment); }

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    const std::string program = find_php(host);
    if (program.empty()) return fail(ErrorKind::not_found, "php: no such program", "apt install php-cli");
    return kernel::ProcessKernel::start({.name = "PHP",
                                         .argv = {program, "-d", "display_errors=1", "-d", "log_errors=0", "-d", "html_errors=0", "-d",
                                                  "error_reporting=32767", "-d", "ffi.enable=1", "-r", bootstrap},
                                         .driver = "php.php",
                                         .hint = "PHP 8.0 or later with pcntl and posix is needed: apt install php-cli"},
                                        host);
}

}  // namespace

Language php()
{
    return {.name = "php",
            .aliases = {"php8"},
            .display_name = "PHP",
            .start = start,
            .file_extension = "php",
            .find_runtime = find_php,
            .package = "php-cli",
            .version_cell = "echo PHP_VERSION, \"\\n\";"};
}

}  // namespace oi::language
