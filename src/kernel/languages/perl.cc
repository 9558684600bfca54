// Perl: perl 5.22 or later.
#include "kernel/languages.h"
#include "kernel/process_kernel.h"

namespace oi::language {

namespace {

// Runs the driver that comes as the first frame.
constexpr const char* bootstrap = R"(sub {
    open my $in, '<&=', 13 or exit 70;
    my ($head, $text) = ('', '');
    while ($head !~ /\n/) { sysread $in, $head, 1, length $head or exit 70 }
    my $length = (split ' ', $head)[2];
    while (length $text < $length) { sysread $in, $text, $length - length $text, length $text or exit 70 }
    my $serve = eval qq(#line 1 "cell-driver"\n$text) or die $@;
    $serve->($in);
}->();
)";

std::string find_perl(const Host& host) { return sys::find_program("perl", host.environment); }

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    const std::string program = find_perl(host);
    if (program.empty()) return fail(ErrorKind::not_found, "perl: no such program", "apt install perl");
    return kernel::ProcessKernel::start(
        {.name = "Perl", .argv = {program, "-e", bootstrap}, .driver = "perl.pl", .hint = "Perl 5.22 or later is needed: apt install perl"},
        host);
}

}  // namespace

Language perl()
{
    return {.name = "perl",
            .aliases = {"pl", "perl5"},
            .display_name = "Perl",
            .start = start,
            .file_extension = "pl",
            .find_runtime = find_perl,
            .package = "perl",
            .version_cell = "print \"$^V\\n\""};
}

}  // namespace oi::language
