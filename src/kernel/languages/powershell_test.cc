// What a person expects of PowerShell. Its driver has been run nowhere yet: these tests need pwsh.
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"

namespace oi::kernel_tests {
const Samples& powershell_samples()
{
    static const Samples samples{
        .set_state = "$answer = 42",
        .get_state = "$answer",
        .ordered = "1; [Console]::Error.WriteLine(2); 3",
        .fails = "function inner { throw 'no such row' }\nfunction outer { inner }\nouter",
        .failure = "Exception:",
        .endless = "'go'\nwhile ($true) {}",
        .waits = "'go'\nStart-Sleep 1000",
        .stubborn_child = "'go'\nbash -c 'trap \"\" INT; sleep 100; sleep 100'",
        .flood = "$line = 'x' * 9999\nforeach ($i in 1..20000) { [Console]::Out.WriteLine($line) }",
        .no_newline = "Write-Host -NoNewline abc",
        .dies = "'before'\nkill -9 $PID",
        .exits = "[Environment]::Exit(3)",
        .reads_input = "\"[$([Console]::In.ReadToEnd())]\"",
        .holder = "Start-Process sleep 1000\n'started'",
        .bytes =
            "$out = [Console]::OpenStandardOutput()\n"
            "'@' -split '\\\\x' | Where-Object { $_ } | ForEach-Object { $out.WriteByte([Convert]::ToByte($_, 16)) }\n$out.Flush()",
        .huge_line = "[Console]::Out.WriteLine('x' * 5000000)",
        .malformed = "if (",
        .folder = "$PWD.Path",
        .variable = "$env:KERNEL_TEST",
        .third_line = "\n# nothing\n$x = 1",
        .spawn_jobs = "bash -c 'setsid sleep 1000 & nohup sleep 1001 >/dev/null 2>&1 & (setsid sleep 1002 &)' > $null\n'started'",
        .reads_line = "[Console]::Write('name? ')\n$line = [Console]::In.ReadLine()\n\"[$line]\"",
    };
    return samples;
}

namespace {

TEST(PowerShell, SaysWhereItComesFromWhenItIsMissing)
{
    Session session{"pwsh"};
    session.host().environment = {"PATH=/nowhere"};
    ASSERT_FALSE(session.start());
    EXPECT_EQ(*session.start_error,
              (Error{ErrorKind::not_found, "pwsh: no such program",
                     "PowerShell 7 is in no package of Debian: Microsoft has one at https://aka.ms/install-powershell"}));
}

}  // namespace
}  // namespace oi::kernel_tests
