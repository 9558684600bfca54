/* A small library for runtimes that cannot use descriptors by themselves (docs/protocol.md): Lua and R load it and read and write
   their frames through it; zsh gets it preloaded, for close-on-exec. It is part of the program and reaches the kernel as
   descriptor 15. What it uses of Lua's and R's interfaces is declared here, weak: only what runs it has them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { frames_in = 13, frames_out = 14, library = 15, name_size = 32 };

/* Nothing that a cell starts may hold our descriptors; nor is this library preloaded into it. */
__attribute__((constructor)) static void begin(void)
{
    for (int fd = frames_in; fd <= library; ++fd) fcntl(fd, F_SETFD, FD_CLOEXEC);
    /* A zsh that takes over from another one finds them elsewhere. */
    const char* more = getenv("CELL_DESCRIPTORS");
    for (char* end; more && *more; more = *end ? end + 1 : end) fcntl((int)strtol(more, &end, 10), F_SETFD, FD_CLOEXEC);
    unsetenv("CELL_DESCRIPTORS");
    const char* preloaded = getenv("LD_PRELOAD");
    if (preloaded && strncmp(preloaded, "/proc/self/fd/", 14) == 0) unsetenv("LD_PRELOAD");
}

/* --- frames --- */

static struct {
    char name[name_size];
    long number;
    size_t length;
    char* payload; /* of `length` bytes, until the next frame is read */
} frame;

static void read_all(char* to, size_t length)
{
    while (length > 0) {
        const ssize_t got = read(frames_in, to, length);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) _exit(got == 0 ? 0 : 70); /* the program is gone */
        to += got;
        length -= (size_t)got;
    }
}

static void read_frame(void)
{
    char head[96];
    size_t at = 0;
    do read_all(head + at, 1);
    while (head[at++] != '\n' && at < sizeof head - 1);
    head[at] = 0;
    if (sscanf(head, "%31s %ld %zu", frame.name, &frame.number, &frame.length) != 3) _exit(70);
    free(frame.payload);
    frame.payload = malloc(frame.length + 1);
    if (!frame.payload) _exit(70);
    read_all(frame.payload, frame.length);
    frame.payload[frame.length] = 0;
}

static void write_all(const char* from, size_t length)
{
    while (length > 0) {
        const ssize_t sent = write(frames_out, from, length);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) _exit(70);
        from += sent;
        length -= (size_t)sent;
    }
}

/* While a cell runs, the program sends nothing but `interrupt`, and answers to what was asked. */
static int has_frame(void)
{
    struct pollfd one = {frames_in, POLLIN, 0};
    return poll(&one, 1, 0) > 0;
}

/* --- Lua 5.1 to 5.4 and LuaJIT --- */

#define WEAK __attribute__((weak))
typedef struct lua_State lua_State;
typedef int (*lua_CFunction)(lua_State*);
typedef void (*lua_Hook)(lua_State*, void*);
extern const char* lua_tolstring(lua_State*, int, size_t*) WEAK;
extern void lua_pushlstring(lua_State*, const char*, size_t) WEAK;
extern void lua_pushboolean(lua_State*, int) WEAK;
extern int lua_sethook(lua_State*, lua_Hook, int mask, int count) WEAK;
extern int luaL_error(lua_State*, const char*, ...) WEAK;
extern int lua_pcall(lua_State*, int arguments, int results, int handler) WEAK;                 /* until 5.1 */
extern int lua_pcallk(lua_State*, int, int, int, ssize_t context, void* continuation) WEAK;     /* from 5.2 on */
enum { every_event = 1 | 2 | 4 | 8 };

static lua_State* lua;             /* the main one */
static volatile sig_atomic_t lua_is_running, lua_is_stopped, lua_has_left;

/* () -> name, number, payload */
int cell_lua_next(lua_State* state)
{
    char number[24];
    read_frame();
    lua_pushlstring(state, frame.name, strlen(frame.name));
    lua_pushlstring(state, number, (size_t)snprintf(number, sizeof number, "%ld", frame.number));
    lua_pushlstring(state, frame.payload, frame.length);
    return 3;
}

/* (frame) */
int cell_lua_send(lua_State* state)
{
    size_t length = 0;
    const char* text = lua_tolstring(state, 1, &length);
    if (text) write_all(text, length);
    return 0;
}

/* Goes on for as long as the cell does, so that no pcall of its own holds it up. */
static void lua_unwind(lua_State* state, void* event)
{
    (void)event;
    lua_sethook(state, lua_unwind, every_event, 1);
    luaL_error(state, lua_has_left ? "exit" : "interrupted!");
}

static void on_interrupt(int number)
{
    (void)number;
    if (!lua_is_running) return;
    lua_is_stopped = 1;
    lua_sethook(lua, lua_unwind, every_event, 1);
}

/* (handler, function) -> its value or error, why it ended ("", "interrupted" or "exit"), whether it succeeded. From its end on
   SIGINT does nothing. */
int cell_lua_run(lua_State* state)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_interrupt; /* no SA_RESTART: what waits is woken */
    lua = state;
    lua_is_stopped = lua_has_left = 0;
    lua_is_running = 1;
    sigaction(SIGINT, &action, NULL);
    if (has_frame()) on_interrupt(SIGINT); /* it came before the handler was there */
    const int failed = lua_pcallk ? lua_pcallk(state, 0, 1, 1, 0, NULL) : lua_pcall(state, 0, 1, 1);
    lua_is_running = 0;
    if (lua_is_stopped || lua_has_left) lua_sethook(state, NULL, 0, 0);
    const char* why = lua_has_left ? "exit" : lua_is_stopped ? "interrupted" : "";
    lua_pushlstring(state, why, strlen(why));
    lua_pushboolean(state, failed == 0);
    return 3;
}

/* Called where a signal may have been passed over: system() ignores SIGINT while it waits. */
int cell_lua_check(lua_State* state)
{
    (void)state;
    if (lua_is_running && has_frame()) on_interrupt(SIGINT);
    return 0;
}

/* Ends the cell that runs, through every pcall. */
int cell_lua_leave(lua_State* state)
{
    lua_has_left = 1;
    if (lua) lua_sethook(lua, lua_unwind, every_event, 1);
    return luaL_error(state, "exit");
}

/* Once: SIGINT no longer ends the process. */
int cell_lua_begin(lua_State* state)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    lua = state;
    action.sa_handler = on_interrupt;
    sigaction(SIGINT, &action, NULL);
    return 0;
}

/* --- R, called by .C: every argument is a pointer --- */

extern int R_interrupts_pending WEAK;

void cell_r_next(char** name, int* number, int* length)
{
    read_frame();
    /* What came while no cell ran stops none; what comes behind the cell stops it. */
    if (&R_interrupts_pending) R_interrupts_pending = strcmp(frame.name, "run") == 0 && has_frame();
    name[0] = frame.name;
    *number = (int)frame.number;
    *length = (int)frame.length;
}

void cell_r_take(unsigned char* payload) { memcpy(payload, frame.payload, frame.length); }

void cell_r_send(unsigned char* data, int* length) { write_all((const char*)data, (size_t)*length); }

/* Called where a signal may have been passed over: system() ignores SIGINT while it waits. */
void cell_r_check(int* is_child)
{
    if (!*is_child && &R_interrupts_pending && has_frame()) R_interrupts_pending = 1;
}
