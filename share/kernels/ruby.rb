# The Ruby driver: runs cells in TOPLEVEL_BINDING and speaks docs/protocol.md. It is the text of a class without a name,
# so that cells meet none of its own names; what it gives back is called with the descriptor it reads from.
FRAMES_OUT = 14
DRIVER = __FILE__
ASSIGNS = %i[LASGN GASGN IASGN DASGN CVASGN CDECL MASGN OP_ASGN1 OP_ASGN2 OP_ASGN_AND OP_ASGN_OR OP_CDECL
             DEFN DEFS CLASS MODULE SCLASS ALIAS VALIAS UNDEF].freeze
SILENT = %i[p pp require require_relative load].freeze  # whose value says nothing new
FROZEN = /\A(?:[ \t]*(?:#.*)?\n)*?[ \t]*#.*\bfrozen[_-]string[_-]literal:\s*true\b/

def initialize(input)
  @in = input
  @out = IO.for_fd(FRAMES_OUT, "wb", autoclose: false)
  [@in, @out].each { |io| io.close_on_exec = true }
  @out.sync = $stdout.sync = $stderr.sync = true
  @pid = Process.pid
  @handler = "DEFAULT"
  @idle = proc {}
end

def serve
  trap(:INT, @idle)
  send_frame("ready", 0)
  loop do
    name, number, length = @in.gets("\n")&.split(" ")
    exit!(0) unless name
    payload = @in.read(length.to_i)
    run(number.to_i, payload.force_encoding(Encoding::UTF_8)) if name == "run"
  end
rescue SystemCallError, IOError
  exit!(70)
end

def send_frame(name, number, payload = "")
  return if Process.pid != @pid
  @out.syswrite("#{name} #{number} #{payload.bytesize}\n#{payload}".force_encoding(Encoding::BINARY))
end

def run(number, code)
  @name = "cell-#{number}"
  result = guard { execute(code) }
  finish_child(result) if Process.pid != @pid
  flush
  send_frame("end", number, result)
end

def flush
  $stdout = STDERR.dup.tap { |io| io.sync = true } if $stdout.respond_to?(:closed?) && $stdout.closed?
  $stdout.flush
rescue StandardError
  $stdout = STDOUT
end

# Runs the block; from its end on SIGINT does nothing. Gives the payload of `end`.
def guard
  result = "ok"
  begin
    begin
      trap(:INT, @handler)
      raise Interrupt, "" if @in.wait_readable(0)  # it came before the handler was there
      yield
    rescue SystemExit => e
      result = e.success? ? "ok" : "error\nexit status #{e.status}"
    rescue Interrupt => e
      result = "interrupted"
      tell(e)
    rescue Exception => e
      result = "error"
      tell(e)
    ensure
      before = trap(:INT, @idle)
      @handler = before unless before.equal?(@idle)
    end
  rescue Interrupt
    retry_quiet
  end
  result
end

def retry_quiet
  before = trap(:INT, @idle)
  @handler = before unless before.equal?(@idle)
rescue Interrupt
  retry
end

# A fork without a block has come to the end of its cell.
def finish_child(result)
  flush
  exit!(result == "ok" ? 0 : result[/\d+\z/]&.to_i || 1)
end

def execute(code)
  $0 = @name
  parts, is_shown = split(code)
  value = nil
  parts.each do |line, text, offset|
    send_frame("line", line)
    value = TOPLEVEL_BINDING.eval(text, @name, offset)
  end
  return unless is_shown && !value.nil? && Process.pid == @pid
  TOPLEVEL_BINDING.local_variable_set(:_, value)
  $stdout.write("=> ", shown(value), "\n")
end

# [[line, text, the number of its first line]], one for each line that begins a statement of the top level; and whether the
# last value is shown. Code that does not parse, or that only cells before make sense of, is one part.
def split(code)
  whole = [[[first_line(code), code, 1]], false]
  known = TOPLEVEL_BINDING.local_variables.grep(/\A[[:lower:]_]/)
  prefix = known.empty? ? "" : "#{known.join('=')}=nil;"
  root = quietly { RubyVM::AbstractSyntaxTree.parse(prefix + code) }.children.last
  nodes = root.type == :BLOCK ? root.children.compact : [root]
  nodes.shift unless known.empty?
  return whole if nodes.empty?
  is_shown = !is_silent(nodes.last) && !code.match?(/;\s*\z/)
  return [whole[0], is_shown] if code.match?(/^(BEGIN|END)\b/)
  [parts(code, starts(nodes)), is_shown]
rescue SyntaxError, NameError, ArgumentError
  [whole[0], !code.match?(/;\s*\z/)]
end

def is_silent(node)
  ASSIGNS.include?(node.type) || (%i[FCALL VCALL].include?(node.type) && SILENT.include?(node.children.first))
end

# The lines on which a statement begins and none before goes on.
def starts(nodes)
  end_of_last = 0
  nodes.filter_map do |node|
    line = node.first_lineno
    is_start = line > end_of_last
    end_of_last = [end_of_last, node.last_lineno].max
    line if is_start
  end
end

def parts(code, starts)
  lines = code.lines
  frozen = code.match?(FROZEN)
  starts.each_with_index.map do |start, i|
    from = i.zero? ? 1 : start
    text = lines[from - 1...(starts[i + 1] || lines.size + 1) - 1].join
    next [start, text, from] if i.zero? || !frozen
    [start, "# frozen_string_literal: true\n#{text}", from - 1]
  end
end

def first_line(code)
  (code.lines.index { |line| line.match?(/\A\s*[^#\s]/) } || 0) + 1
end

def quietly
  before, $VERBOSE = $VERBOSE, nil
  yield
ensure
  $VERBOSE = before
end

def shown(value)
  text = value.inspect
  return text if text.length <= 100
  require "pp"
  PP.pp(value, +"", 100).chomp
end

def tell(error)
  clean(error)
  text =
    if error.backtrace.nil? || error.backtrace.empty?
      "#{error.message} (#{error.class})"
    else
      error.full_message(highlight: false, order: :top)
    end
  $stderr.write(text.chomp, "\n")
rescue Exception => e
  STDERR.write("#{error.class} (its message could not be shown: #{e.class})\n")
end

# Takes the driver's own frames away, from the causes too.
def clean(error)
  seen = []
  while error && !seen.include?(error.object_id)
    seen << error.object_id
    kept = error.backtrace&.reject { |frame| frame.start_with?(DRIVER, "-e:") }
    error.set_backtrace(kept) if kept
    error = error.cause
  end
end

->(input) { new(input).serve }
