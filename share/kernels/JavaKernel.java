// The Java driver (see docs/protocol.md): cells are snippets of the JDK's own JShell, run in this very process. Our program
// compiles this file once and keeps it (src/kernel/drivers/java_launcher.cc).
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.*;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.execution.LocalExecutionControlProvider;

public final class JavaKernel {
    private static final int IN = 13, OUT = 14;
    private static final String[] IMPORTS = {"java.io.*", "java.math.*", "java.net.*", "java.nio.file.*", "java.time.*", "java.util.*",
        "java.util.concurrent.*", "java.util.function.*", "java.util.regex.*", "java.util.stream.*"};
    private static final Pattern MAIN = Pattern.compile("\\bstatic\\s+(?:public\\s+|final\\s+)*void\\s+main\\s*\\(\\s*(?:final\\s+)?String\\b");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^\\s*package\\s+[\\w.]+\\s*;");

    // A piece of a cell and where it begins.
    private record Place(int cell, int line) {}

    private final JShell shell;
    private final SourceCodeAnalysis analysis;
    private final Map<String, Place> places = new HashMap<>();
    private final DataInputStream in;
    private final OutputStream out;
    private final LinkedBlockingQueue<Frame> cells = new LinkedBlockingQueue<>();
    private volatile boolean interrupted, running;
    private int told;

    private record Frame(String name, int number, byte[] payload) {
        String text() { return new String(payload, StandardCharsets.UTF_8); }
    }

    public static void main(String[] arguments) throws Exception {
        renewStreams();
        if (arguments.length > 0) {  // only to have the classes loaded that a session needs, for the archive of them
            JavaKernel rehearsal = new JavaKernel(InputStream.nullInputStream(), OutputStream.nullOutputStream());
            for (String code : new String[] {"int x = 1;\nint f(int y) { return y + x; }\nf(1)", "for (int i : List.of(1)) x += i;", "x = ;", "x / 0"})
                rehearsal.runCell(new Frame("run", 1, code.getBytes()));
            rehearsal.shell.close();
            System.exit(0);
        }
        // A handler, for what is ignored would be ignored in every child too. The frame `interrupt` does the work.
        sun.misc.Signal.handle(new sun.misc.Signal("INT"), signal -> {});
        new JavaKernel(new FileInputStream(descriptor(IN)), new FileOutputStream(descriptor(OUT))).serve();
    }

    // Unbuffered, so that what is printed is seen, in its order. A thread that is stopped leaves text in a stream's encoder,
    // which would come with the next cell: so an interrupted cell is followed by new ones.
    private static PrintStream ownOut, ownErr;

    private static void renewStreams() {
        boolean isOurs = ownOut == null || System.out == ownOut && System.err == ownErr;
        if (!isOurs) return;  // a cell has set others
        System.setOut(ownOut = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        System.setErr(ownErr = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    }

    private static FileDescriptor descriptor(int number) throws Exception {
        var constructor = FileDescriptor.class.getDeclaredConstructor(int.class);
        constructor.setAccessible(true);
        return constructor.newInstance(number);
    }

    private JavaKernel(InputStream input, OutputStream output) {
        in = new DataInputStream(new BufferedInputStream(input));
        out = output;
        shell = JShell.builder().executionEngine(new LocalExecutionControlProvider(), Map.of()).in(System.in).out(System.out).err(System.err).build();
        analysis = shell.sourceCodeAnalysis();
        String paths = System.getenv("CLASSPATH");
        if (paths != null)
            for (String path : paths.split(File.pathSeparator)) shell.addToClasspath(path);
        for (String name : IMPORTS) shell.eval("import " + name + ";");
    }

    // --- frames ---

    private void serve() throws Exception {
        Thread worker = new Thread(this::work, "cells");
        worker.setDaemon(true);
        worker.start();
        send("ready", 0, "");
        for (Frame frame; (frame = read()) != null;) {
            if (frame.name.equals("run")) {
                interrupted = false;
                running = true;
                cells.put(frame);
            } else if (frame.name.equals("interrupt") && running) {
                interrupted = true;
                stopUntilOver();
            } else if (frame.name.equals("variables")) {
                send("variables", frame.number, variables());
            }
        }
        Runtime.getRuntime().halt(0);
    }

    // A cell that catches everything is stopped again and again, and its compilation cannot be stopped at all.
    private void stopUntilOver() {
        Thread stopper = new Thread(() -> {
            synchronized (cells) {
                try {
                    while (running && interrupted) {
                        shell.stop();
                        cells.wait(20);
                    }
                } catch (InterruptedException | IllegalStateException | UnsupportedOperationException over) {
                    return;  // this JDK cannot stop it: the program ends the session
                }
            }
        }, "stopper");
        stopper.setDaemon(true);
        stopper.start();
    }

    private void work() {
        try {
            for (;;) {
                Frame frame = cells.take();
                String result;
                try {
                    result = runCell(frame) ? "ok" : "error";
                } catch (Exception | Error fault) {  // the compiler is part of this process: deep code overflows its stack
                    result = "error\nthe session could not run this cell: " + fault;
                }
                if (interrupted) renewStreams();
                System.out.flush();
                System.err.flush();
                synchronized (cells) {
                    running = false;
                    cells.notifyAll();
                }
                send("end", frame.number, interrupted ? "interrupted" : result);
            }
        } catch (InterruptedException | IOException over) {
            Runtime.getRuntime().halt(1);
        }
    }

    private Frame read() throws IOException {
        StringBuilder header = new StringBuilder();
        for (int c; (c = in.read()) != '\n';) {
            if (c < 0) return null;
            header.append((char) c);
        }
        String[] words = header.toString().split(" ");
        byte[] payload = new byte[Integer.parseInt(words[2])];
        in.readFully(payload);
        return new Frame(words[0], Integer.parseInt(words[1]), payload);
    }

    private synchronized void send(String name, int number, String payload) throws IOException {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write((name + " " + number + " " + bytes.length + "\n").getBytes(StandardCharsets.US_ASCII));
        frame.write(bytes);
        out.write(frame.toByteArray());
    }

    private String variables() {
        List<String> lines = shell.variables().filter(one -> !one.name().startsWith("$")).map(one -> one.name() + ": " + one.typeName())
            .collect(Collectors.toList());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 100), lines.size()));
    }

    // --- cells ---

    // Whether all of it went well.
    private boolean runCell(Frame frame) throws IOException {
        told = 0;
        String code = PACKAGE.matcher(frame.text()).replaceFirst(found -> found.group().replaceAll("[^\n]", " "));
        String main = null;
        boolean onlyDefines = true;
        for (int at = skip(code, 0); at < code.length() && !interrupted;) {
            String rest = code.substring(at);
            Place place = new Place(frame.number, 1 + (int) code.substring(0, at).chars().filter(c -> c == '\n').count());
            tell(place.line);
            var piece = analysis.analyzeCompletion(rest);
            boolean isWhole = piece.source() != null && piece.completeness() != Completeness.UNKNOWN
                && piece.completeness() != Completeness.DEFINITELY_INCOMPLETE;
            String source = isWhole ? piece.source() : rest;
            at = isWhole ? skip(code, code.length() - piece.remaining().length()) : code.length();
            for (SnippetEvent event : shell.eval(source)) {
                if (event.causeSnippet() != null) continue;  // an earlier one that is compiled again
                Snippet snippet = event.snippet();
                places.put(snippet.id(), place);
                if (!report(event, place, at >= code.length() && !rest.stripTrailing().endsWith(";"))) return false;
                if (snippet instanceof TypeDeclSnippet type && MAIN.matcher(source).find()) main = type.name();
                else if (!(snippet instanceof TypeDeclSnippet) && !(snippet instanceof ImportSnippet)) onlyDefines = false;
            }
        }
        if (main == null || !onlyDefines || interrupted) return true;
        for (SnippetEvent event : shell.eval(main + ".main(new String[0]);")) {
            places.put(event.snippet().id(), new Place(frame.number, 0));
            if (event.causeSnippet() == null && !report(event, new Place(frame.number, 0), false)) return false;
        }
        return true;
    }

    private void tell(int line) throws IOException {
        if (line == told) return;
        told = line;
        send("line", line, "");
    }

    // Over white space and comments, and semicolons that end nothing.
    private static int skip(String code, int at) {
        while (at < code.length()) {
            if (Character.isWhitespace(code.charAt(at)) || code.charAt(at) == ';') at++;
            else if (code.startsWith("//", at)) at = code.indexOf('\n', at) < 0 ? code.length() : code.indexOf('\n', at);
            else if (code.startsWith("/*", at)) at = code.indexOf("*/", at + 2) < 0 ? code.length() : code.indexOf("*/", at + 2) + 2;
            else break;
        }
        return at;
    }

    // Says what there is to say of one piece; false: the cell ends here.
    private boolean report(SnippetEvent event, Place place, boolean showsValue) {
        Snippet snippet = event.snippet();
        if (event.exception() instanceof EvalException fault && !interrupted) {
            System.out.println(describe(fault));
            return false;
        }
        if (event.exception() instanceof UnresolvedReferenceException fault) {
            System.out.println(missing(fault.getSnippet(), "cannot be called"));
            return false;
        }
        if (event.status() == Snippet.Status.REJECTED) {
            if (!interrupted) System.out.print(diagnose(snippet, place));
            return false;
        }
        if (snippet instanceof DeclarationSnippet declared && event.status() != Snippet.Status.VALID && event.status() != Snippet.Status.OVERWRITTEN)
            System.out.println(missing(declared, "is not complete yet"));
        boolean isValue = snippet.subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND || snippet instanceof ExpressionSnippet
            && snippet.subKind() != Snippet.SubKind.ASSIGNMENT_SUBKIND;
        if (showsValue && isValue && event.value() != null && !event.value().isEmpty() && !interrupted) System.out.println(event.value());
        return true;
    }

    private String missing(DeclarationSnippet snippet, String what) {
        String name = snippet.name();
        String reasons = shell.unresolvedDependencies(snippet).collect(Collectors.joining(", "));
        return name + " " + what + (reasons.isEmpty() ? "" : ", for it lacks " + reasons);
    }

    // What the compiler says, with the cell's own lines.
    private String diagnose(Snippet snippet, Place place) {
        StringBuilder text = new StringBuilder();
        String source = snippet.source();
        shell.diagnostics(snippet).filter(Diag::isError).forEach(fault -> {
            int at = (int) Math.max(0, Math.min(fault.getPosition(), source.length()));
            int begin = source.lastIndexOf('\n', at - 1) + 1, end = source.indexOf('\n', at);
            int line = place.line + (int) source.substring(0, at).chars().filter(c -> c == '\n').count();
            text.append("cell-").append(place.cell).append(':').append(line).append(": error: ").append(fault.getMessage(Locale.ROOT)).append('\n');
            text.append(source, begin, end < 0 ? source.length() : end).append('\n').append(" ".repeat(at - begin)).append("^\n");
        });
        return text.length() > 0 ? text.toString() : "cell-" + place.cell + ":" + place.line + ": error: this is not complete\n";
    }

    // An exception as Java prints it, with the places of cells.
    private String describe(EvalException fault) {
        StringBuilder text = new StringBuilder(fault.getExceptionClassName());
        if (fault.getMessage() != null) text.append(": ").append(fault.getMessage());
        for (StackTraceElement element : fault.getStackTrace()) {
            String where = place(element), type = element.getClassName(), method = element.getMethodName();
            if (!type.isEmpty() && !type.startsWith("REPL.")) method = type + "." + method;
            if (where == null) text.append("\n    at ").append(element);
            else if (where.isEmpty()) continue;  // the call of a whole program's main
            else if (method.isEmpty() || method.equals("do_it$")) text.append("\n    at ").append(where);
            else text.append("\n    at ").append(method).append(" (").append(where).append(')');
        }
        if (fault.getCause() instanceof EvalException cause) text.append("\nCaused by: ").append(describe(cause));
        return text.toString();
    }

    // "cell-1:3"; null: it is no code of a cell; "": it is one that we have added. JShell calls a snippet's file "#" and its number.
    private String place(StackTraceElement element) {
        String file = element.getFileName();
        Place place = file == null || !file.startsWith("#") ? null : places.get(file.substring(1));
        if (place == null) return null;
        return place.line == 0 ? "" : "cell-" + place.cell + ":" + (place.line + element.getLineNumber() - 1);
    }
}
