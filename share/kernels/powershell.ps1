# The PowerShell driver (see docs/protocol.md). Cells run in a runspace of their own, so that this one can hear an interrupt
# meanwhile. SIGINT is ignored (languages/powershell.cc sees to it): PowerShell would end at it.
param([System.IO.Stream] $FromProgram)

$toProgram = [System.IO.Pipes.AnonymousPipeClientStream]::new('Out', [Microsoft.Win32.SafeHandles.SafePipeHandle]::new([IntPtr] 14, $false))
$utf8 = [System.Text.UTF8Encoding]::new($false)
[Console]::OutputEncoding = $utf8

# Nothing a cell starts may hold our descriptors. .NET has no word for close-on-exec, the C library has: F_SETFD, FD_CLOEXEC.
try {
    $assembly = [System.Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly([System.Reflection.AssemblyName]::new('OiLibc'), 'Run')
    $type = $assembly.DefineDynamicModule('OiLibc').DefineType('OiLibc', 'Public')
    $method = $type.DefinePInvokeMethod('fcntl', 'libc', 'Public, Static, PinvokeImpl', 'Standard', [int], [type[]] @([int], [int], [int]), 'Cdecl', 'Ansi')
    $method.SetImplementationFlags('PreserveSig')
    $libc = $type.CreateType()
    foreach ($descriptor in 13, 14) { [void] $libc::fcntl($descriptor, 2, 1) }
} catch { }

function Send-Frame([string] $Name, [long] $Number, [string] $Payload = '') {
    [Console]::Out.Flush()
    $bytes = $utf8.GetBytes($Payload)
    $frame = $utf8.GetBytes("$Name $Number $($bytes.Length)`n") + $bytes
    $toProgram.Write($frame, 0, $frame.Length)
    $toProgram.Flush()
}

# One read is always under way while a cell runs; what has come is kept here.
$received = [System.Collections.Generic.List[byte]]::new()
$block = [byte[]]::new(65536)
$reading = $null

function Start-Read { if ($null -eq $script:reading) { $script:reading = $FromProgram.ReadAsync($block, 0, $block.Length) } }

# Takes what the read under way has brought; ends the session at the end of the stream.
function Complete-Read {
    $count = $script:reading.GetAwaiter().GetResult()
    $script:reading = $null
    if ($count -le 0) { [Environment]::Exit(0) }
    for ($i = 0; $i -lt $count; $i++) { $received.Add($block[$i]) }
}

# The next whole frame of what has come, or nothing.
function Get-Frame {
    $lineEnd = $received.IndexOf(10)
    if ($lineEnd -lt 0) { return }
    $words = $utf8.GetString($received.GetRange(0, $lineEnd).ToArray()).Split(' ')
    $length = [int] $words[2]
    if ($received.Count -lt $lineEnd + 1 + $length) { return }
    $payload = $utf8.GetString($received.GetRange($lineEnd + 1, $length).ToArray())
    $received.RemoveRange(0, $lineEnd + 1 + $length)
    @{ Name = $words[0]; Number = [long] $words[1]; Payload = $payload }
}

$runspace = [runspacefactory]::CreateRunspace($Host)
$runspace.Open()
$runspace.SessionStateProxy.Path.SetLocation($PWD.ProviderPath) | Out-Null

# Runs one script in the cells' runspace; whether it was interrupted is left in $interrupted. Gives $false when the cell ends here.
function Invoke-Piece([string] $Text) {
    $shell = [powershell]::Create()
    $shell.Runspace = $runspace
    [void] $shell.AddScript($Text, $false).AddCommand('Out-Default')
    $shell.Commands.Commands[0].MergeMyResults('Error', 'Output')
    $running = $shell.BeginInvoke()
    while (-not $running.IsCompleted) {
        Start-Read
        $handles = [System.Threading.WaitHandle[]] @($running.AsyncWaitHandle, ([IAsyncResult] $script:reading).AsyncWaitHandle)
        if ([System.Threading.WaitHandle]::WaitAny($handles) -eq 0) { break }
        Complete-Read
        while ($frame = Get-Frame) {
            if ($frame.Name -eq 'interrupt') {
                $script:interrupted = $true
                [void] $shell.BeginStop($null, $null)
            }
        }
    }
    try {
        [void] $shell.EndInvoke($running)
        return $true
    } catch [System.Management.Automation.PipelineStoppedException] {
        return $false
    } catch {
        $fault = $_.Exception.InnerException
        $record = if ($fault -is [System.Management.Automation.RuntimeException]) { $fault.ErrorRecord } else { $_ }
        [Console]::Out.WriteLine(($record | Out-String).TrimEnd())
        return $false
    } finally {
        $shell.Dispose()
    }
}

[void] (Invoke-Piece "`$PSStyle.OutputRendering = 'PlainText'; `$ProgressPreference = 'SilentlyContinue'")

# Pieces of the top level are run one by one, each told by its line; what has blocks or `using` is run as a whole.
function Invoke-Cell($Frame) {
    $errors = $null
    $tree = [System.Management.Automation.Language.Parser]::ParseInput($Frame.Payload, [ref] $null, [ref] $errors)
    if ($errors.Count -gt 0) {
        foreach ($fault in $errors) {
            [Console]::Out.WriteLine("cell-$($Frame.Number):$($fault.Extent.StartLineNumber):$($fault.Extent.StartColumnNumber): $($fault.Message)")
        }
        return 'error'
    }
    $isWhole = $tree.ParamBlock -or $tree.BeginBlock -or $tree.ProcessBlock -or $tree.UsingStatements.Count -gt 0
    if ($isWhole) {
        Send-Frame 'line' $tree.Extent.StartLineNumber
        if (Invoke-Piece $Frame.Payload) { return 'ok' }
        return 'error'
    }
    if ($null -eq $tree.EndBlock) { return 'ok' }
    $told = 0
    foreach ($statement in $tree.EndBlock.Statements) {
        $line = $statement.Extent.StartLineNumber
        if ($line -ne $told) { Send-Frame 'line' $line }
        $told = $line
        # The empty lines before it keep the numbers in its errors right.
        if (-not (Invoke-Piece (("`n" * ($line - 1)) + $statement.Extent.Text))) { return 'error' }
        if ($script:interrupted) { return 'error' }
    }
    return 'ok'
}

Send-Frame 'ready' 0
while ($true) {
    while (-not ($frame = Get-Frame)) {
        Start-Read
        Complete-Read
    }
    if ($frame.Name -ne 'run') { continue }
    $interrupted = $false
    $runspace.SessionStateProxy.SetVariable('LASTEXITCODE', 0)
    $result = Invoke-Cell $frame
    $status = $runspace.SessionStateProxy.GetVariable('LASTEXITCODE')
    if ($interrupted) { $result = 'interrupted' }
    elseif ($status) { $result = "error`nexit code $status" }
    Send-Frame 'end' $frame.Number $result
}
