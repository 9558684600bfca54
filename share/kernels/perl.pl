# The Perl driver: runs cells in package main and speaks docs/protocol.md. What a cell declares with `my` at its top level lives
# on: the driver holds references to it, and the next cell is compiled where aliases of the same names are in scope.
package _Cell;

# First of all, so that cells see no variable of the driver's. @_ is empty for them.
sub evaluate { CORE::evalbytes($_Cell::text) }

use strict;
no warnings;
use B ();

our ($text, $inner, $error, $finished, $code, $name, %kept, $hints, %hints, $warning_bits, $status, $stopped);
my ($in, $out, $pid, $buffer, $running) = (undef, undef, $$, '', 0);
my $handler = \&interrupt;  # what SIGINT does while a cell runs
my ($breaks, %hits, $line, $last_line);

# --- frames ---------------------------------------------------------------------------------------------------------

sub send_frame {
    my ($kind, $number, $payload) = (@_, '');
    return if $$ != $pid;
    my $frame = "$kind $number " . length($payload) . "\n$payload";
    CORE::syswrite($out, $frame) == length $frame or kill KILL => $$;
}

sub receive {
    while (1) {
        if ($buffer =~ /\A(\w+) (\d+) (\d+)\n/ && length($buffer) >= $+[0] + $3) {
            my ($kind, $number, $length) = ($1, $2, $3);
            my $payload = substr($buffer, $+[0], $length);
            substr($buffer, 0, $+[0] + $length) = '';
            return ($kind, $number, $payload);
        }
        my $got = CORE::sysread($in, $buffer, 1 << 20, length $buffer);
        next if !defined $got && $!{EINTR};
        leave() unless $got;
    }
}

# The program is gone.
sub leave { kill KILL => $$ }

sub serve {
    ($in) = @_;
    open $out, '>&=', 14 or leave();
    fcntl $_, 2, 1 for $in, $out;  # F_SETFD, FD_CLOEXEC
    select((select(STDERR), $| = 1)[0]);
    select STDOUT;
    $| = 1;
    $SIG{INT} = 'IGNORE';
    $SIG{INT} = \&idle;
    send_frame('ready', 0);
    while (1) {
        my ($kind, $number, $payload) = receive();
        run($number, $payload) if $kind eq 'run';
    }
}

# --- cells ----------------------------------------------------------------------------------------------------------

sub run {
    (my $number, $code) = @_;
    $name = "cell-$number";
    ($status, $stopped, $line, $last_line) = (undef, 0, 0, 1 + ($code =~ tr/\n//));
    %hits = ();
    my $result = attempt();
    if ($$ != $pid) {
        STDOUT->flush;
        CORE::exit($status // ($result eq 'ok' ? 0 : 1));
    }
    open STDOUT, '>&', \*STDERR unless defined fileno STDOUT;
    my $selected = select STDOUT;
    $| = 0;
    $| = 1;  # from 0: what an interrupted print has left goes out now
    select $selected;
    send_frame('end', $number, $result);
}

# Runs the cell; from its end on SIGINT does nothing.
sub attempt {
    my $result = eval {
        $running = 1;
        $SIG{INT} = $handler;
        interrupt() if is_asked_to_stop();  # before the handler was there
        my $told = execute();
        $running = 0;
        $told;
    };
    my $error = $@;
    $running = 0;
    $handler = $SIG{INT} if ref $SIG{INT} ne 'CODE' || $SIG{INT} != \&idle;
    $SIG{INT} = \&idle;
    return "error\nexit status $status" if $status;
    return 'ok' if defined $status;
    return $result if defined $result;
    show_error($error);
    return $stopped ? 'interrupted' : 'error';
}

sub execute {
    my $data;
    $data = $1 if $code =~ s/^__(?:END|DATA)__[ \t]*(?:\n(.*))?\z//ms;
    if (defined $data) { open *main::DATA, '<', \$data }
    $code =~ s/(?<![\$\@%&>:\w-])system(?=[\s(]*\{)/CORE::system/g;  # which no function can stand for
    first_line();
    ($text, $inner) = (scope(), inner());
    my $is_done = 0;
    local $finished = \$is_done;
    undef $error;
    _CELL: { no warnings 'exiting'; local $^P = 0x2; &evaluate() }
    return 'ok' if $is_done || defined $status;
    die $error // $@ if ref $error || length($error // $@);
    return 'ok';
}

# The text that brings back what cells before have declared and runs the cell there.
sub scope {
    my $declared = '';
    for (sort keys %kept) {
        $declared .= ref $kept{$_} ? "\\my $_ = \$_Cell::kept{'$_'};" : "package $kept{$_}; our $_;";
    }
    return "package main; no strict; no warnings; use feature 'refaliasing'; $declared package main; "
        . q(@_ = (); CORE::evalbytes($_Cell::inner); $_Cell::error = $@;);
}

sub inner {
    my $restore = defined $hints ? '$^H = $_Cell::hints; %^H = %_Cell::hints; ${^WARNING_BITS} = $_Cell::warning_bits' : '$^H = 256; %^H = (); ${^WARNING_BITS} = undef';
    return qq(BEGIN { $restore } _Cell::keep(sub { 1 });\n#line 1 "$name"\n$code\n)
        . ';BEGIN { ($_Cell::hints, $_Cell::warning_bits) = ($^H, ${^WARNING_BITS}); %_Cell::hints = %^H }'
        . '${$_Cell::finished} = 1;';
}

# Called by the cell before its first statement, with a function that was compiled in it: takes hold of what is declared at its top level.
sub keep {
    my $outer = B::svref_2object($_[0])->OUTSIDE;
    my ($names, $pad) = $outer->PADLIST->ARRAY;
    my @names = $names->ARRAY;
    my @values = $pad->ARRAY;
    my @own = grep {
        my $one = $names[$_];
        $one->can('PV') && length($one->PV // '') > 1 && $one->PV =~ /^[\$\@%]\w/ && !($one->FLAGS & 1)
    } 1 .. $#names;
    my ($last) = sort { $b <=> $a } map { $names[$_]->COP_SEQ_RANGE_HIGH } grep { !is_our($names[$_]) } @own;
    for (@own) {
        my $one = $names[$_];
        if (is_our($one)) { $kept{$one->PV} = $one->OURSTASH->NAME if $one->COP_SEQ_RANGE_HIGH >= ($last // 0) }
        elsif ($one->COP_SEQ_RANGE_HIGH == $last) { $kept{$one->PV} = $values[$_]->object_2svref }
    }
    break_lines((caller)[1]);
}

sub is_our { ref $_[0]->OURSTASH ne 'B::SPECIAL' }

sub first_line {
    my $number = 1;
    for (split /\n/, $code) {
        last if /^\s*[^\s#]/;
        $number++;
    }
    report($number);
}

# --- ends -----------------------------------------------------------------------------------------------------------

sub idle { }

sub interrupt {
    return if !$running;
    if ($$ != $pid) { $SIG{INT} = 'DEFAULT'; kill INT => $$ }
    $stopped = 1;
    my ($place, $level) = ('', 0);
    while (my ($package, $file, $at) = caller $level++) {
        if ($file =~ /^cell-\d+$/) { $place = " at $file line $at"; last }
    }
    die "Interrupted$place.\n";
}

# In a cell `exit` ends the cell.
sub leave_cell {
    my $code = @_ ? shift : 0;
    CORE::exit($code) if $$ != $pid || !$running;
    $status = $code;
    no warnings;
    last _CELL;
}

# perl ignores SIGINT while it waits here.
sub run_command {
    my $result = CORE::system(@_ == 1 ? $_[0] : @_);
    interrupt() if $? & 127 && $running && is_asked_to_stop();
    return $result;
}

# While a cell runs, the program sends nothing but `interrupt`.
sub is_asked_to_stop {
    my $bits = '';
    vec($bits, fileno $in, 1) = 1;
    return length $buffer || CORE::select($bits, undef, undef, 0) > 0;
}

# Without the driver's own frames, which Carp lists.
sub show_error {
    my $text = "$_[0]";
    $text =~ s/^\t(?:eval (?:'.*?'|\{\.\.\.\})|(?:_Cell::\w+|main::__ANON__)\([^\n]*\)) called at (?:cell-driver|-e|\(eval \d+\)) line \d+\n//gms;
    $text =~ s/^BEGIN not safe after errors--compilation aborted at cell-\d+ line \d+\.\n\z//m;
    $text .= "\n" if $text !~ /\n\z/;
    print STDERR $text;
}

# --- active line ----------------------------------------------------------------------------------------------------

sub report {
    return if $line == $_[0] || $_[0] > $last_line;
    $line = $_[0];
    send_frame('line', $line);
}

# Each line of the cell is a breakpoint until it has been told twenty times; without one a line costs nothing. They hang on
# the name that perl itself gave to the text, in which the cell begins two lines later.
sub break_lines {
    no strict 'refs';
    my $text = \@{"main::_<$_[0]"};
    $breaks = \%{"main::_<$_[0]"};
    for (3 .. $#$text) { $breaks->{$_} = 1 if $text->[$_] != 0 }
}

sub DB::DB {
    my (undef, $file, $at) = caller;
    local ($@, $!, $?);
    if ($file eq $name && $$ == $pid && ++$hits{$at} <= 20) { _Cell::report($at) }
    else { $breaks->{$at + 2} = 0 }
}

# --------------------------------------------------------------------------------------------------------------------

*CORE::GLOBAL::exit = \&leave_cell;
{
    package _Cell::Names;
    *main::system = \&_Cell::run_command;
}
\&serve;
