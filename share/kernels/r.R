# The R driver: runs cells in the global environment and speaks docs/protocol.md through the library that comes as descriptor 15
# (src/kernel/cell_library.c). It is evaluated in an environment of its own, which nothing of the search path leads to.
send_frame <- function(name, number, payload = raw()) {
    if (is.character(payload)) payload <- charToRaw(payload)
    if (Sys.getpid() != pid) return(invisible())
    frame <- c(charToRaw(sprintf("%s %d %d\n", name, number, length(payload))), payload)
    .C(library$cell_r_send, frame, length(frame))
    invisible()
}

receive <- function() {
    head <- .C(library$cell_r_next, name = "", number = 0L, length = 0L)
    text <- if (head$length > 0) .C(library$cell_r_take, raw(head$length))[[1]] else raw()
    list(name = head$name, number = head$number, payload = text)
}

# --- cells --------------------------------------------------------------------------------------------------------------

state <- new.env()
state$displays <- 0L
pid <- Sys.getpid()

execute <- function(number, code) {
    name <- paste0("cell-", number)
    lines <- strsplit(code, "\n", fixed = TRUE)[[1]]
    expressions <- tryCatch(parse(text = lines, keep.source = TRUE, srcfile = srcfilecopy(name, lines, isFile = FALSE)), error = function(e) e)
    if (inherits(expressions, "error")) {
        report(1L)
        message_out(sub("^<text>", name, paste0("Error: ", conditionMessage(expressions))))
        return("error")
    }
    references <- attr(expressions, "srcref")
    for (i in seq_along(expressions)) {
        report(references[[i]][1])
        ending <- run_one(expressions[i], name)
        if (!is.null(ending)) return(ending)
    }
    "ok"
}

report <- function(line) {
    if (identical(state$line, line)) return(invisible())
    state$line <- line
    send_frame("line", line)
}

# One expression of the top level; NULL: it succeeded, else how the cell ends.
run_one <- function(expression, name) {
    tryCatch(
        withCallingHandlers({
            shown <- withVisible(eval(expression, globalenv(), baseenv()))
            if (shown$visible) show_value(shown$value)
            NULL
        },
        error = function(e) if (!inherits(e, "cell_exit")) tell(e, name),
        warning = function(w) {
            if (getOption("warn") < 2 && getOption("warn") >= 0) tell_warning(w)
            tryInvokeRestart("muffleWarning")
        }),
        cell_exit = function(e) if (e$status == 0L) "ok" else paste0("error\nexit status ", e$status),
        interrupt = function(e) "interrupted",
        error = function(e) {
            if (!identical(state$told, conditionMessage(e))) message_out(paste0("Error: ", conditionMessage(e)))  # the stack was full
            "error"
        })
}

show_value <- function(value) {
    .GlobalEnv$.Last.value <- value
    if (isS4(value)) methods::show(value) else print(value)
}

message_out <- function(text) cat(text, "\n", sep = "", file = stderr())

# As R does: "Error in f(x) : why", and below it the calls of the cell that led there, the innermost first.
tell <- function(error, name) {
    calls <- own_calls(sys.calls())
    state$told <- conditionMessage(error)
    message_out(sub("\n$", "", heading("Error", conditionCall(error), conditionMessage(error))))
    if (length(calls) > 1L) {
        shown <- if (length(calls) > 20L) c(calls[1:10], list("..."), utils::tail(calls, 10L)) else calls
        for (one in rev(shown)) message_out(paste0("  ", describe_call(one, name)))
    }
}

tell_warning <- function(warning) message_out(sub("\n$", "", heading("Warning", conditionCall(warning), conditionMessage(warning))))

heading <- function(kind, call, text) {
    if (is.null(call) || is_driver_call(call)) return(paste0(kind, ": ", text))
    call <- deparse(call, nlines = 1L)[1L]
    first <- strsplit(text, "\n", fixed = TRUE)[[1L]][1L]
    gap <- if (nchar(call, "w") + nchar(first, "w") + 12L > 77L) " : \n  " else " : "
    paste0(kind, " in ", call, gap, text)
}

is_driver_call <- function(call) {
    head <- call[[1]]
    if (!is.name(head)) return(FALSE)
    head <- as.character(head)
    head %in% c("withVisible", "run_one", "show_value", "doTryCatch", "withCallingHandlers") ||
        head == "eval" && length(call) > 1L && identical(call[[2]], quote(expression))
}

# What lies between the driver's calls (withVisible, and eval, which R lists twice) and those of the handlers.
own_calls <- function(calls) {
    is_start <- function(call) identical(call, quote(withVisible(eval(expression, globalenv(), baseenv())))) || identical(call, quote(show_value(shown$value)))
    calls <- calls[-seq_len(Position(is_start, calls, nomatch = 0L))]
    while (length(calls) && is_driver_call(calls[[1]])) calls <- calls[-1]
    handler <- Position(is_handler_call, calls)
    if (is.na(handler)) calls else calls[seq_len(handler - 1L)]
}

is_handler_call <- function(call) is.function(call[[1]]) || identical(call[[1]], quote(.handleSimpleError)) || identical(call[[1]], quote(tell))

describe_call <- function(call, name) {
    if (is.character(call)) return(call)
    text <- deparse(call, nlines = 1L)[1L]
    reference <- attr(call, "srcref")
    if (is.null(reference)) return(text)
    file <- attr(reference, "srcfile")$filename
    paste0(text, " at ", file, ":", reference[1])
}

run <- function(number, payload) {
    code <- rawToChar(payload[payload != 0])
    Encoding(code) <- "UTF-8"
    state$line <- state$told <- NULL
    result <- tryCatch({
        ending <- execute(number, code)
        show_plots()
        ending
    }, interrupt = function(e) "interrupted", error = function(e) {
        message_out(conditionMessage(e))
        "error"
    })
    if (Sys.getpid() != pid) .Internal(quit("no", 0, FALSE))
    while (sink.number() > 0) sink()
    if (result == "interrupted") tryCatch(show_plots(), interrupt = function(e) NULL, error = function(e) NULL)
    send_frame("end", number, result)
}

# --- plots --------------------------------------------------------------------------------------------------------------

# A page becomes a file when the next one begins, or the cell ends; then it is shown.
folder <- NULL

open_device <- function(...) {
    if (is.null(folder)) folder <<- tempfile("plots")
    dir.create(folder, showWarnings = FALSE)
    size <- getOption("cell.plot.size", c(7, 5))
    grDevices::png(file.path(folder, "%06d.png"), width = size[1], height = size[2], units = "in", res = getOption("cell.plot.res", 110))
    state$device <- grDevices::dev.cur()
    if (is.null(state$has_hooks)) for (event in c("plot.new", "grid.newpage")) setHook(event, function(...) show_files(utils::head(pages(), -1L)))
    state$has_hooks <- TRUE
}

pages <- function() if (is.null(folder)) character() else list.files(folder, "[.]png$", full.names = TRUE)

show_files <- function(files) {
    for (file in files) {
        data <- readBin(file, "raw", file.info(file)$size)
        unlink(file)
        if (length(data) == 0L) next
        state$displays <- state$displays + 1L
        send_frame("display", state$displays, c(charToRaw(sprintf("image/png %d\n", length(data))), data))
        while (!(receive()$name %in% c("reply", "error"))) {}
    }
}

show_plots <- function() {
    if (is.null(state$device)) return(invisible())
    if (state$device %in% grDevices::dev.list()) grDevices::dev.off(state$device)
    state$device <- NULL
    show_files(pages())
}

# --- what cells find ----------------------------------------------------------------------------------------------------

# In a cell `q()` ends the cell.
leave <- function(save = "default", status = 0, runLast = TRUE) {
    stop(structure(class = c("cell_exit", "error", "condition"), list(message = "quit", call = NULL, status = as.integer(status))))
}

replace_base <- function(name, value) {
    environment <- baseenv()
    unlockBinding(name, environment)
    assign(name, value, environment)
    lockBinding(name, environment)
}

ask <- function(prompt = "") {
    send_frame("request", 1L, paste0("input\n", prompt))
    repeat {
        answer <- receive()
        if (answer$name == "reply") break
        if (answer$name == "error" || answer$name == "interrupt") {
            cat(prompt, "\n", sep = "")
            return("")
        }
    }
    text <- rawToChar(answer$payload)
    Encoding(text) <- "UTF-8"
    cat(prompt, text, "\n", sep = "")
    text
}

# R ignores SIGINT while it waits for a command.
check <- function() .C(library$cell_r_check, as.integer(Sys.getpid() != pid))
command <- base::system
body(command) <- call("{", bquote(on.exit(.(check)())), body(command))

replace_base("system", command)
replace_base("quit", leave)
replace_base("q", leave)
replace_base("readline", ask)
options(device = open_device, warn = 1, keep.source = TRUE, menu.graphics = FALSE)

serve <- function() {
    send_frame("ready", 0L)
    repeat tryCatch({
        frame <- receive()
        if (frame$name == "run") run(frame$number, frame$payload)
    }, interrupt = function(e) NULL)
}
