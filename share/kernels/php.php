<?php
// The PHP driver: a class for the loop that languages/php.cc starts PHP with, and speaks docs/protocol.md. Cells are included by
// that loop, at the top level, so that their variables are global ones; as files of a wrapper of our own, so that messages
// name the cell and its lines. `exit` and the lines to report are written into the cell's tokens.
namespace _Cell;

class Interrupted extends \Exception {}
class Ended extends \Error {}

final class Driver {
    public static string $path = '';
    public static bool $isRunning = false;
    private static $in, $out, $handler;
    private static int $pid, $number = 0, $line = 0;
    private static string $code = '', $result = 'ok';
    private static bool $isDone = true;

    public static function start($in): void {
        self::$in = $in;
        self::$out = fopen('php://fd/14', 'wb');
        stream_set_write_buffer(self::$out, 0);
        self::$pid = getmypid();
        self::closeOnExec();
        stream_wrapper_register('cell', Source::class);
        pcntl_async_signals(true);
        self::$handler = [self::class, 'interrupt'];
        pcntl_signal(SIGINT, [self::class, 'idle'], false);
        self::send('ready', 0);
    }

    // Nothing that a cell starts may hold the frames; PHP itself has no word for it.
    private static function closeOnExec(): void {
        if (!extension_loaded('FFI')) return;
        try {
            $c = \FFI::cdef('int fcntl(int, int, int);');
            for ($fd = 3; $fd < 64; $fd++) $c->fcntl($fd, 2, 1);  // F_SETFD, FD_CLOEXEC
        } catch (\Throwable) {
        }
    }

    public static function send(string $name, int $number, string $payload = ''): void {
        if (getmypid() !== self::$pid) return;
        $frame = "$name $number " . strlen($payload) . "\n$payload";
        while ($frame !== '') {
            $sent = @fwrite(self::$out, $frame);
            if ($sent === false) posix_kill(self::$pid, SIGKILL);  // the program is gone
            $frame = substr($frame, $sent);
        }
    }

    private static function read(int $length): string {
        $text = '';
        while (strlen($text) < $length) {
            $piece = @fread(self::$in, $length - strlen($text));
            if (($piece === false || $piece === '') && feof(self::$in)) posix_kill(self::$pid, SIGKILL);
            $text .= $piece;
        }
        return $text;
    }

    private static function readLine(): string {
        $line = '';
        while (!str_ends_with($line, "\n")) {
            $piece = @fgets(self::$in);
            if ($piece === false && feof(self::$in)) posix_kill(self::$pid, SIGKILL);
            $line .= $piece;
        }
        return $line;
    }

    // Ends the cell before and waits for the next one, which is then at $path. False: nothing is to be run.
    public static function next(): void {
        self::end();
        do {
            [$name, $number, $length] = explode(' ', self::readLine());
            $payload = self::read((int) $length);
        } while ($name !== 'run');
        self::$number = (int) $number;
        self::$result = 'ok';
        self::$isDone = false;
        self::$path = "cell://$number";
        self::$code = Source::prepare($payload, self::$line);
        Source::$text = self::$code;
        self::send('line', self::$line);
        if (!self::compiles()) {
            self::$result = 'error';
            Source::$text = '';
        }
        self::$isRunning = true;
        pcntl_signal(SIGINT, self::$handler, false);
    }

    // PHP cannot go on after an error that it finds while it compiles ("Cannot redeclare ..."): a child tries it first.
    private static function compiles(): bool {
        if (preg_match('/\b(?:namespace|declare)\b/i', self::$code)) return true;
        $child = pcntl_fork();
        if ($child < 0) return true;
        if ($child > 0) {
            while (pcntl_waitpid($child, $status) < 0 && pcntl_get_last_error() === PCNTL_EINTR) {}
            return pcntl_wifsignaled($status) && pcntl_wtermsig($status) === SIGKILL;
        }
        register_shutdown_function(fn() => posix_kill(getmypid(), SIGTERM));
        Source::$text = '<?php return; ?>' . self::$code;
        try {
            include self::$path;
        } catch (\Throwable) {
        }
        posix_kill(getmypid(), SIGKILL);
        return true;
    }

    // Called by what the loop catches.
    public static function fail(\Throwable $error): void {
        self::quiet();
        if ($error instanceof Ended) {
            self::$result = $error->getCode() === 0 ? 'ok' : "error\nexit status " . $error->getCode();
            return;
        }
        self::$result = $error instanceof Interrupted ? 'interrupted' : 'error';
        try {
            $text = $error instanceof Interrupted ? 'Interrupted' . self::place($error) : self::describe($error);
        } catch (\Throwable $other) {
            $text = get_class($error) . ' (its message could not be shown: ' . get_class($other) . ')';
        }
        self::flush();
        $errors = fopen('php://stderr', 'wb');
        fwrite($errors, rtrim($text) . "\n");
        fclose($errors);
    }

    private static function describe(\Throwable $error): string {
        if ($error instanceof \CompileError) return self::compileError($error);
        $text = preg_replace('/^#(\d+) Command line code\(\d+\): include\([^\n]*\)\n#\d+ \{main\}/m', '#$1 {main}', (string) $error);
        return 'Uncaught ' . $text;
    }

    private static function compileError(\CompileError $error): string {
        return ($error instanceof \ParseError ? 'Parse error: ' : 'Fatal error: ') . $error->getMessage()
            . " in {$error->getFile()} on line {$error->getLine()}";
    }

    private static function place(\Throwable $error): string {
        foreach ($error->getTrace() as $frame)
            if (str_starts_with($frame['file'] ?? '', 'cell://')) return " in $frame[file] on line $frame[line]";
        return '';
    }

    public static function quiet(): void {
        self::$isRunning = false;
        $handler = pcntl_signal_get_handler(SIGINT);
        if ($handler !== [self::class, 'idle']) self::$handler = $handler;
        pcntl_signal(SIGINT, [self::class, 'idle'], false);
    }

    private static function end(): void {
        if (self::$isDone) return;
        self::quiet();
        self::flush();
        if (getmypid() !== self::$pid) exit(self::$result === 'ok' ? 0 : 1);  // a fork at the end of its cell
        self::$isDone = true;
        self::send('end', self::$number, self::$result);
    }

    private static function flush(): void {
        while (ob_get_level() > 0 && @ob_end_flush()) {}
    }

    public static function idle(): void {}

    public static function interrupt(): void {
        if (getmypid() !== self::$pid) posix_kill(getmypid(), SIGKILL);
        if (self::$isRunning) throw new Interrupted('Interrupted');
    }

    public static function report(int $line): void {
        if ($line === self::$line) return;
        self::$line = $line;
        self::send('line', $line);
    }
}

// What `exit` and `die` are in a cell: they end the cell.
function leave($status = 0): void {
    if (!Driver::$isRunning) exit($status);
    if (is_string($status)) {
        echo $status;
        $status = 0;
    }
    throw new Ended('exit', (int) $status);
}

function at(int $line): void {
    Driver::report($line);
}

// The files cell://N.
final class Source {
    public static string $text = '';
    public $context;
    private string $data = '';
    private int $position = 0;

    public function stream_open(): bool {
        $this->data = self::$text;
        return true;
    }
    public function stream_read(int $count): string {
        $piece = substr($this->data, $this->position, $count);
        $this->position += strlen($piece);
        return $piece;
    }
    public function stream_eof(): bool { return $this->position >= strlen($this->data); }
    public function stream_stat(): array { return ['size' => strlen($this->data), 'mode' => 0100644]; }
    public function url_stat(): array|false { return false; }
    public function stream_set_option(): bool { return false; }
    public function stream_close(): void {}

    private const NO_STATEMENT = [T_ELSE, T_ELSEIF, T_CATCH, T_FINALLY, T_CASE, T_DEFAULT, T_ENDIF, T_ENDFOR, T_ENDFOREACH, T_ENDWHILE,
                                  T_ENDSWITCH, T_NAMESPACE, T_DECLARE, T_CLOSE_TAG, T_OPEN_TAG, T_INLINE_HTML, T_OBJECT_OPERATOR,
                                  T_NULLSAFE_OBJECT_OPERATOR, T_PAAMAYIM_NEKUDOTAYIM, T_WHILE, T_HALT_COMPILER];

    // The code with `exit` and the lines to report written in; $line: its first statement.
    public static function prepare(string $code, int &$line): string {
        if (!preg_match('/^\s*<(?!<)/', $code)) $code = '<?php ' . $code;
        $line = 1;
        if (!class_exists('PhpToken')) return $code;
        try {
            return self::rewrite(\PhpToken::tokenize($code), $line);
        } catch (\Throwable) {
            return $code;
        }
    }

    private static function rewrite(array $tokens, int &$first): string {
        $text = '';
        $depth = $told = 0;
        $before = ';';  // the last token that says something
        foreach ($tokens as $i => $token) {
            if ($token->isIgnorable()) {
                $text .= $token->text;
                continue;
            }
            if ($told === 0) $first = $told = $token->line;
            if ($depth === 0 && $token->line > $told && ($before === ';' || $before === '}') && self::begins($token)) {
                $told = $token->line;
                $text .= "\\_Cell\\at($told);";
            }
            if (in_array($token->text, ['(', '[', '{', '${', '#['], true) || $token->id === T_CURLY_OPEN) $depth++;
            if (in_array($token->text, [')', ']', '}'], true)) $depth--;
            $text .= match ($token->id) {
                T_EXIT => self::after($tokens, $i) === '(' ? '\_Cell\leave' : '\_Cell\leave()',
                T_DIR => var_export(getcwd(), true),
                default => $token->text,
            };
            $before = $token->text;
        }
        return $text;
    }

    private static function begins(\PhpToken $token): bool {
        if (ctype_alpha($token->text[0]) || $token->text[0] === '\\' || $token->id === T_VARIABLE) return !$token->is(self::NO_STATEMENT);
        return false;
    }

    private static function after(array $tokens, int $i): string {
        while (isset($tokens[++$i]) && $tokens[$i]->isIgnorable()) {}
        return $tokens[$i]->text ?? '';
    }
}
