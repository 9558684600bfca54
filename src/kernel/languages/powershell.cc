// PowerShell: pwsh, version 7 or later.
#include "kernel/languages.h"
#include "kernel/process_kernel.h"

namespace oi::language {

namespace {

constexpr const char* remedy = "PowerShell 7 is in no package of Debian: Microsoft has one at https://aka.ms/install-powershell";

// Runs the driver that comes as the first frame.
constexpr const char* bootstrap =
    "$s=[IO.Pipes.AnonymousPipeClientStream]::new('In',[Microsoft.Win32.SafeHandles.SafePipeHandle]::new([IntPtr]13,$false));"
    "$h='';do{$b=$s.ReadByte();$h+=[char]$b}until($b -eq 10);$n=[int]$h.Split(' ')[2];$t=[byte[]]::new($n);$a=0;"
    "while($a -lt $n){$a+=$s.Read($t,$a,$n-$a)};& ([scriptblock]::Create([Text.Encoding]::UTF8.GetString($t))) $s";

std::string find_pwsh(const Host& host) { return sys::find_program("pwsh", host.environment); }

Result<std::unique_ptr<Kernel>> start(const Host& host)
{
    const std::string program = find_pwsh(host);
    if (program.empty()) return fail(ErrorKind::not_found, "pwsh: no such program", remedy);
    // PowerShell ends at SIGINT; ignored from the start, it stays so. The driver takes the frame instead.
    return kernel::ProcessKernel::start({.name = "PowerShell",
                                         .argv = {"/bin/sh", "-c", "trap '' INT; exec \"$0\" \"$@\"", program, "-NoLogo", "-NoProfile",
                                                  "-NonInteractive", "-Command", bootstrap},
                                         .driver = "powershell.ps1",
                                         .hint = remedy},
                                        host);
}

}  // namespace

Language powershell()
{
    return {.name = "powershell",
            .aliases = {"pwsh", "ps1"},
            .display_name = "PowerShell",
            .start = start,
            .file_extension = "ps1",
            .find_runtime = find_pwsh,
            .version_cell = "$PSVersionTable.PSVersion.ToString()"};
}

}  // namespace oi::language
