# A part of the Python driver: the process becomes the parent of sessions, which it forks when the program asks. It has
# imported what sessions before have imported, and runs no cell itself. `driver` is the namespace of python.py, `modules`
# are names, `more` is the text of python_more.py.
import os
import sys

import _signal
import _socket
import ctypes
import fcntl
import gc

State = driver["State"]
FRAMES_IN, FRAMES_OUT, SPARE_OUT, CONTROL = driver["FRAMES_IN"], driver["FRAMES_OUT"], driver["SPARE_OUT"], 3
BARE = frozenset(name.partition(".")[0] for name in sys.modules)
TIOCSCTTY, PR_SET_PDEATHSIG = 0x540E, 1
most_descriptors = 1024


def import_all():
    if State.more is None:
        State.more = dict(driver=driver)
        exec(compile(more, "<driver>", "exec"), State.more)
    stdout, sys.stdout = sys.stdout, open(os.devnull, "w")
    for name in modules:
        try:
            __import__(name)
        except BaseException:
            pass  # the session that needs it will say why
    sys.stdout = stdout


def stamps():
    """When each folder of modules last changed: what is installed later must not be answered from memory."""
    found = {}
    for folder in sys.path:
        try:
            found[folder] = os.stat(folder or ".").st_mtime_ns if folder else 0
        except OSError:
            found[folder] = None
    return found


def has_threads():
    """Libraries of linear algebra end theirs before a fork and start them again after it."""
    State.is_keeping = True
    if os.fork() == 0:
        os._exit(0)
    os.wait()
    State.is_keeping = False
    return len(os.listdir("/proc/self/task")) != 1


def receive(connection):
    """(folder, path of the keeper's program, descriptors), or None: the program has no more use for us."""
    data, ancillary, _, _ = connection.recvmsg(1 << 16, _socket.CMSG_SPACE(8 * 4))
    descriptors = []
    for level, kind, content in ancillary:
        if level == _socket.SOL_SOCKET and kind == _socket.SCM_RIGHTS:
            descriptors += [int.from_bytes(content[at:at + 4], sys.byteorder) for at in range(0, len(content) - 3, 4)]
    if not data:
        return None
    folder, program = data.partition(b"\n")[2].split(b"\0")
    return os.fsdecode(folder), os.fsdecode(program), descriptors


def refusal(folder, before):
    if stamps() != before:
        return "modules have been installed"
    try:
        names = {entry.partition(".")[0] for entry in os.listdir(folder)}
    except OSError as error:
        return str(error)
    hidden = names & {name.partition(".")[0] for name in sys.modules} - BARE
    return "%s of the folder would be imported instead" % ", ".join(hidden) if hidden else None


def serve():
    """Returns once in each forked session, as a fresh one."""
    before = stamps()
    os.chdir("/")
    import_all()
    if has_threads():
        driver["send"](b"parent", 0, b"threads run")
        os._exit(0)
    gc.collect()
    gc.freeze()
    _signal.signal(_signal.SIGCHLD, _signal.SIG_IGN)
    State.is_keeping = True  # forked sessions keep their frames
    connection = _socket.socket(fileno=FRAMES_IN)
    library = ctypes.CDLL(None)
    driver["send"](b"parent")
    while True:
        asked = receive(connection)
        if asked is None:
            os._exit(0)
        folder, program, descriptors = asked
        why = refusal(folder, before)
        if why:
            driver["send"](b"refused", 0, why.encode("utf-8", "replace"))
        else:
            try:
                child = os.fork()
            except OSError as error:
                driver["send"](b"refused", 0, str(error).encode())
                child = -1
            if child == 0:
                connection.detach()
                if become_keeper(folder, program, descriptors, library):
                    return
            if child > 0:
                driver["send"](b"forked", child)
        for descriptor in descriptors:
            os.close(descriptor)


def become_keeper(folder, program, descriptors, library):
    """Forks the session and becomes its keeper, which never returns; in the session it returns True."""
    try:
        os.setsid()
        _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
        high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 64) for descriptor in descriptors]
        os.closerange(3, 64)
        control, frames_in, frames_out, output = high[:4]
        keyboard = high[4] if len(high) > 4 else os.open(os.devnull, os.O_RDWR)
        for descriptor, place in ((keyboard, 0), (output, 1), (output, 2)):
            os.dup2(descriptor, place)
        for descriptor, place in ((frames_in, FRAMES_IN), (frames_out, FRAMES_OUT), (output, SPARE_OUT)):
            os.dup2(descriptor, place, False)
        if len(high) > 4:
            fcntl.ioctl(0, TIOCSCTTY, 0)
        keeper = os.getpid()
        session = os.fork()
        if session == 0:
            begin_session(folder, keeper, library)
            return True
        os.dup2(control, CONTROL)
        os.execve(program, ["interpreter-keeper", "--adopt", str(session)], os.environ)
    except BaseException:
        pass
    os._exit(127)  # the kernel ends with us


def begin_session(folder, keeper, library):
    library.prctl(PR_SET_PDEATHSIG, _signal.SIGKILL)
    if os.getppid() != keeper:
        os._exit(127)
    os.closerange(64, most_descriptors)
    os.setpgid(0, 0)
    for number in (_signal.SIGTTIN, _signal.SIGTTOU):
        _signal.signal(number, _signal.SIG_IGN)
    try:
        os.tcsetpgrp(0, os.getpgrp())
    except OSError:
        pass
    try:
        os.chdir(folder)
    except OSError:
        pass
    State.is_keeping = False
    State.buffer = b""
    driver["output_pipe"] = os.fstat(1)
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
    if "multiprocessing.process" in sys.modules:
        process = sys.modules["multiprocessing.process"]
        process.current_process().authkey = os.urandom(32)
