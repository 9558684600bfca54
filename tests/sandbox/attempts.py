"""Attempts to get out of the sandbox, run cell by cell in a confined Python by src/sandbox/escape_test.cc.

Each function of this file whose name begins with `try_` returns what it got hold of, or raises OSError when it is refused.
The test puts `where` in front: the folders, processes and ports outside.

What an attempt proves is the sandbox, which may be broken, and it may run as root: so success must harm nothing but the test's own
folders. Calls that would change the machine are made with arguments that fail after the permission was asked for (EINVAL or ENOENT:
it got out; EPERM: it was held); files of the system are opened for writing, and never written.
"""
import ctypes
import errno
import fcntl
import mmap
import os
import resource
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import termios
import threading
import time

OUT, WS, HOME = where["outside"], where["workspace"], where["home"]
TARGET = OUT + "/target"
OTHERS = [where["program"], where["bystander"]]
libc = ctypes.CDLL(None, use_errno=True)
x86 = os.uname().machine == "x86_64"


def call(number, *arguments):
    """A bare system call."""
    converted = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *converted)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def must_be_refused(number, *arguments, error=errno.EPERM):
    """For calls that would do nothing useful: what tells is which error comes."""
    try:
        call(number, *arguments)
    except OSError as refused:
        if refused.errno == error:
            raise
        return f"not refused, but: {refused}"
    return "it was carried out"


def write(path):
    with open(path, "w") as file:
        file.write("written from inside")
    return "wrote " + path


def first(attempts):
    """The first of them that works."""
    refused = None
    for attempt in attempts:
        try:
            got = attempt()
            if got:
                return got
        except (OSError, subprocess.SubprocessError) as error:
            refused = error
    raise refused if refused else OSError(errno.EPERM, "nothing")


def fresh(name):
    path = WS + "/" + name
    if os.path.lexists(path):
        os.unlink(path) if not os.path.isdir(path) or os.path.islink(path) else shutil.rmtree(path)
    return path


# Files

def try_write_absolute():
    return write(TARGET)


def try_write_dotdot():
    os.chdir(WS)
    return write("../outside/target")


def try_write_through_symlink():
    os.symlink(TARGET, fresh("link"))
    return write(WS + "/link")


def try_write_through_symlinked_folder():
    os.symlink(OUT, fresh("linked"))
    return write(WS + "/linked/new")


def try_hard_link():
    os.link(TARGET, fresh("hard"))
    return write(WS + "/hard")


def try_rename_over():
    write(fresh("mine"))
    os.rename(WS + "/mine", TARGET)
    return "renamed over"


def try_rename_away():
    os.rename(TARGET, fresh("away"))
    return "renamed away"


def try_change_outside():
    return first([lambda: os.unlink(TARGET) or "unlinked", lambda: os.mkdir(OUT + "/d") or "made a folder",
                  lambda: os.chmod(TARGET, 0o777) or "chmod", lambda: os.chown(TARGET, os.getuid(), os.getgid()) or "chown",
                  lambda: os.utime(TARGET, (1, 1)) or "utime", lambda: os.truncate(TARGET, 0) or "truncate",
                  lambda: os.setxattr(TARGET, "user.x", b"y") or "xattr", lambda: os.symlink("x", OUT + "/l") or "symlink",
                  lambda: os.mkfifo(OUT + "/f") or "fifo", lambda: os.rmdir(OUT) or "rmdir", lambda: write("/etc/oi-new"),
                  lambda: write("/usr/bin/oi-new"), lambda: write(HOME + "/.bashrc"), lambda: write(HOME + "/new"),
                  lambda: write("/var/oi-new"), lambda: write("/oi-new"), lambda: write("/boot/oi-new")])


def try_proc_self_root():
    return write("/proc/self/root" + TARGET)


def try_proc_of_others():
    for pid in os.listdir("/proc"):
        if not pid.isdigit() or int(pid) in (os.getpid(), os.getppid()):
            continue
        try:
            return write(f"/proc/{pid}/root{TARGET}")
        except OSError:
            pass
    return first([lambda pid=pid: write(f"/proc/{pid}/root{TARGET}") for pid in OTHERS])


def try_shared_read_only_mapping():
    with open(TARGET, "rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, mmap.MAP_SHARED, mmap.PROT_READ)
        maps = [line for line in open("/proc/self/maps") if line.rstrip().endswith(TARGET)]
        address = int(maps[0].split("-")[0], 16)
        with open("/proc/self/mem", "r+b", 0) as memory:
            memory.seek(address)
            memory.write(b"written by mem")
    return "wrote its pages" if b"by mem" in open(TARGET, "rb").read() else None


def try_unnamed_file_linked_out():
    fd = os.open(WS, os.O_TMPFILE | os.O_RDWR, 0o600)
    os.link(f"/proc/self/fd/{fd}", OUT + "/linked-out", follow_symlinks=True)
    return "linked out"


def try_open_by_handle():
    handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0) + bytes(128))
    mount_id = ctypes.c_int()
    call(303 if x86 else 264, -100, TARGET.encode(), handle, ctypes.byref(mount_id), 0)
    here = os.open(WS, os.O_RDONLY)
    return f"opened {call(304 if x86 else 265, here, handle, os.O_WRONLY)}"


def try_symlink_race():
    inner, path = fresh("race-folder"), WS + "/race"
    os.mkdir(inner)
    over = time.monotonic() + 0.3

    def flip():
        while time.monotonic() < over:
            for to in (OUT, inner):
                os.symlink(to, fresh("race-next"))
                os.rename(WS + "/race-next", path)

    os.path.lexists(path) or os.symlink(inner, path)
    thread = threading.Thread(target=flip)
    thread.start()
    got = None
    while time.monotonic() < over:
        try:
            write(path + "/race-file")
        except OSError:
            continue
    thread.join()
    return "won the race" if os.path.exists(OUT + "/race-file") else got


# Devices, the kernel's own files

def try_make_device():
    device = os.stat("/").st_dev
    return first([lambda: os.mknod(fresh("disk"), stat.S_IFBLK | 0o600, device) or "a disk",
                  lambda: os.mknod(fresh("memory"), stat.S_IFCHR | 0o600, os.makedev(1, 1)) or "/dev/mem",
                  lambda: os.mknod(f"/tmp/disk-{os.getpid()}", stat.S_IFBLK | 0o600, device) or "a disk in /tmp"])


def try_device_files():
    names = ["mem", "kmem", "port", "kmsg", "vda", "sda", "nvme0n1", "kvm", "fuse", "net/tun", "vsock", "loop-control", "userfaultfd"]
    return first([lambda name=name: f"opened {name}: {os.open('/dev/' + name, os.O_RDONLY)}" for name in names])


def try_kernel_settings():
    names = ["sysrq-trigger", "sys/kernel/core_pattern", "sys/kernel/modprobe", "sys/kernel/hostname", "sys/vm/drop_caches",
             "sys/fs/binfmt_misc/register", "sys/kernel/sysrq", "1/oom_score_adj", "kcore", "acpi/wakeup"]
    return first([lambda name=name: f"opened {name}: {os.open('/proc/' + name, os.O_WRONLY)}" for name in names])


def try_sys():
    found = []
    for folder in ("/sys/kernel", "/sys/power", "/sys/module/kernel", "/sys/block", "/sys/class/net"):
        for at, folders, files in os.walk(folder):
            for name in files:
                try:
                    os.close(os.open(os.path.join(at, name), os.O_WRONLY | os.O_NONBLOCK))
                    return "opened " + os.path.join(at, name)
                except OSError as error:
                    found.append(error)
    raise found[0] if found else OSError(errno.EPERM, "nothing there")


def try_control_groups():
    found = []
    for at, folders, files in os.walk("/sys/fs/cgroup"):
        for name in files:
            if name in ("release_agent", "cgroup.procs", "tasks", "notify_on_release", "devices.allow"):
                found.append(os.path.join(at, name))
        folders[:] = folders[:3]

    def make_group():
        os.mkdir("/sys/fs/cgroup/oi-escape")
        os.rmdir("/sys/fs/cgroup/oi-escape")
        return "made a group"

    return first([lambda path=path: f"opened {path}: {os.open(path, os.O_WRONLY)}" for path in found[:60]] +
                 [make_group])


def try_debug_folders():
    return first([lambda name=name: str(os.listdir(name))[:80] if os.listdir(name) else None
                  for name in ("/sys/kernel/debug", "/sys/fs/bpf")])


# Mounts and namespaces

MOUNT = 165 if x86 else 40


def try_bind_mount():
    return must_be_refused(MOUNT, b"/nowhere", WS.encode(), 0, 4096, 0)


def try_remount():
    return must_be_refused(MOUNT, 0, OUT.encode(), 0, 32 | 4096, 0)  # no mount point: nothing to remount


def try_unmount():
    def unmount(path):
        if libc.umount2(path.encode(), 2) != 0:
            raise OSError(ctypes.get_errno(), "umount")
        return "unmounted " + path
    return first([lambda path=path: unmount(path) for path in (HOME + "/.ssh",)])


def try_pivot_root():
    return must_be_refused(155 if x86 else 41, b"/nowhere", b"/nowhere")


def try_chroot():
    os.chroot(WS)
    return "chroot"


def try_new_mount_calls():
    return first([lambda: call(428, -100, WS.encode(), 1), lambda: call(430, b"tmpfs", 0), lambda: must_be_refused(429, -1, b"", -100, WS.encode(), 4),
                  lambda: call(442, -100, WS.encode(), 0, ctypes.create_string_buffer(32), 32), lambda: call(433, -100, WS.encode(), 0)])


def try_new_user_namespace():
    def unshare(flags):
        if libc.unshare(flags) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        return f"unshare {flags:x}"
    return first([lambda flag=flag: unshare(flag) for flag in
                  (0x10000000, 0x10020000, 0x20000, 0x40000000, 0x20000000, 0x8000000, 0x4000000, 0x2000000, 0x80)])


def try_clone_into_namespace():
    def clone(flags):
        pid = call(56 if x86 else 220, flags | signal.SIGCHLD, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        return f"clone {flags:x}"
    return first([lambda: clone(0x10000000), lambda: clone(0x10020000), lambda: clone(0x20000000)])


def try_clone3():
    arguments = ctypes.create_string_buffer(struct.pack("QQQQQQQQ", 0x10000000, 0, 0, 0, signal.SIGCHLD, 0, 0, 0))
    pid = call(435, arguments, 64)
    if pid == 0:
        os._exit(0)
    return "clone3"


def try_join_namespaces():
    return first([lambda path=path, kind=kind: call(308 if x86 else 268, os.open(path, os.O_RDONLY), 0)
                  for pid in [os.getpid(), 1, *OTHERS] for kind in ("mnt", "user", "net", "pid") for path in [f"/proc/{pid}/ns/{kind}"]])


def try_unshare_program():
    done = subprocess.run(["unshare", "-Urm", "echo", "in"], capture_output=True, text=True, timeout=10)
    return done.stdout


# Other processes

def try_signal():
    def by_pidfd(pid):
        fd = os.pidfd_open(pid)
        return call(424, fd, signal.SIGUSR1, None, 0) == 0 and "pidfd"
    attempts = []
    for pid in OTHERS:
        attempts += [lambda pid=pid: os.kill(pid, 0) or f"kill {pid}", lambda pid=pid: call(234 if x86 else 131, pid, pid, 0) == 0 and "tgkill",
                     lambda pid=pid: call(200 if x86 else 130, pid, 0) == 0 and "tkill"]
    attempts += [lambda: os.kill(where["bystander"], signal.SIGUSR1) or "kill", lambda: by_pidfd(where["bystander"]),
                 lambda: os.killpg(where["bystander"], 0) or "killpg"]
    return first(attempts)


def try_ptrace():
    return first([lambda pid=pid, how=how: call(101 if x86 else 117, how, pid, 0, 0) == 0 and f"ptrace {pid}"
                  for pid in OTHERS for how in (0x4206,)])


def try_memory_of_others():
    vector = ctypes.create_string_buffer(struct.pack("QQ", 8, 8))  # an address that nobody has
    return first([lambda number=number, pid=pid: must_be_refused(number, pid, vector, 1, vector, 1, 0)
                  for number in ((310, 311) if x86 else (270, 271)) for pid in OTHERS] +
                 [lambda pid=pid, name=name: f"opened {name} {os.open(f'/proc/{pid}/{name}', os.O_RDONLY)}"
                  for pid in [*OTHERS, 1] for name in ("mem", "environ", "maps", "auxv", "fd", "pagemap", "syscall", "stack")
                  if os.path.exists(f"/proc/{pid}") and os.read(os.open(f"/proc/{pid}/{name}", os.O_RDONLY), 1)])


def try_environment_of_others():
    for pid in os.listdir("/proc"):
        if pid.isdigit():
            try:
                if b"SECRET" in open(f"/proc/{pid}/environ", "rb").read():
                    return "read a secret of " + pid
            except OSError:
                pass
    raise OSError(errno.EACCES, "none")


def try_limits_of_others():
    return first([lambda pid=pid: str(resource.prlimit(pid, resource.RLIMIT_NOFILE)) for pid in OTHERS])


def try_descriptor_of_others():
    return first([lambda pid=pid, n=n: call(438, os.pidfd_open(pid), n, 0) for pid in OTHERS for n in range(3)])


# Rights

def try_set_user_id():
    done = subprocess.run(["sudo", "-n", "touch", OUT + "/by-sudo"], capture_output=True, text=True, timeout=10) if shutil.which("sudo") else None
    if done and done.returncode == 0:
        return "sudo"
    if os.getuid() != 0:
        return first([lambda: os.setuid(0) or "setuid", lambda: os.setresuid(0, 0, 0) or "setresuid", lambda: os.setgid(0) or "setgid",
                      lambda: os.setgroups([0]) or "setgroups"])
    raise OSError(errno.EPERM, done.stderr if done else "no sudo")


def try_capabilities():
    for line in open("/proc/self/status"):
        name, value = line.split(":", 1)
        if name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb") and int(value, 16) != 0:
            return line
        if name == "NoNewPrivs" and value.strip() != "1" or name == "Seccomp" and value.strip() != "2":
            return line
    code = "import sys; print(next(l for l in open('/proc/self/status') if l.startswith('CapEff')))"
    after = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    return after if int(after.split()[1], 16) != 0 else None


def try_preload_into_set_user_id():
    if not shutil.which("gcc") or not os.path.exists("/usr/bin/passwd"):
        return None
    with open(WS + "/preload.c", "w") as file:
        file.write('#include <unistd.h>\n#include <stdlib.h>\n__attribute__((constructor)) static void f(void)\n'
                   '{ if (geteuid() != getuid()) write(1, "privileged", 10); }\n')
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", WS + "/preload.so", WS + "/preload.c"], check=True, timeout=20)
    done = subprocess.run(["/usr/bin/passwd", "--help"], env={"LD_PRELOAD": WS + "/preload.so"}, capture_output=True, text=True, timeout=10)
    return "privileged" if "privileged" in done.stdout else None


def try_raise_limits():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard + 1, hard + 1))
    return "raised"


def try_type_into_terminal():
    for command in (termios.TIOCSTI, termios.TIOCSTI | 1 << 32, 0x541C):
        got = must_not = None
        try:
            call(16 if x86 else 29, 0, command, b"x")
            got = f"typed with {command:x}"
        except OSError as refused:
            if refused.errno != errno.EPERM:
                must_not = f"{command:x}: {refused}"
        if got or must_not:
            return got or must_not
    raise OSError(errno.EPERM, "refused")


# Calls

def try_machine_calls():
    calls = {"reboot": (169, 0, 0, 0), "kexec_load": (246, 0, 0, 0, 0xff), "swapon": (167, b"/nowhere", 0), "swapoff": (168, b"/nowhere"),
             "init_module": (175, 0, 0, 0), "finit_module": (313, -1, b"", 0), "delete_module": (176, b"nothing", 0),
             "settimeofday": (164, 0, 0), "clock_settime": (227, 99, 0), "acct": (163, b"/nowhere"), "iopl": (172, 3), "ioperm": (173, 0, 1, 1),
             "syslog": (103, 9, 0, 0), "sethostname": (170, b"x", -1), "setdomainname": (171, b"x", -1), "adjtimex": (159, 0),
             "keyctl": (250, 0, -3, 0), "add_key": (248, 0, b"x", b"y", 1, -3), "request_key": (249, 0, b"x", 0, -3),
             "bpf": (321, 0, 0, 0), "perf_event_open": (298, 0, 0, -1, -1, 0), "userfaultfd": (323, 0), "kcmp": (312, 1, 1, 0, 0, 0),
             "quotactl": (179, 0, 0, 0, 0), "fanotify_init": (300, 0, 0), "modify_ldt": (154, 0, 0, 0), "mount": (165, 0, 0, 0, 0, 0)}
    if not x86:
        raise OSError(errno.EPERM, "numbers of another machine")
    for name, arguments in calls.items():
        try:
            return f"{name}: {must_be_refused(*arguments)}"
        except OSError:
            pass
    raise OSError(errno.EPERM, "all refused")


def try_io_uring():
    return must_be_refused(425, 8, ctypes.create_string_buffer(120), error=errno.ENOSYS)


def try_calls_of_other_architectures():
    if not x86:
        raise OSError(errno.ENOSYS, "none")
    must_be_refused_x32 = None
    try:
        must_be_refused_x32 = f"x32 getpid: {call(0x40000000 + 39)}"
    except OSError:
        pass
    if must_be_refused_x32:
        return must_be_refused_x32
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:  # a machine without 32-bit calls ends it
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(b"\xb8" + struct.pack("I", 20) + b"\xcd\x80\xc3")  # mov eax, getpid; int 0x80; ret
        got = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
        os.write(write_end, b"got" if got > 0 else b"")
        os._exit(0)
    os.waitpid(child, 0)
    os.close(write_end)
    return os.read(read_end, 10).decode() or None


# Networks, sockets

def refuse_when_open():
    if where["network"]:
        raise OSError(errno.EPERM, "the network is allowed")


def try_tcp():
    refuse_when_open()
    return str(socket.create_connection(("127.0.0.1", where["tcp"]), timeout=2))


def try_udp():
    refuse_when_open()
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.sendto(b"hello", ("127.0.0.1", where["udp"]))  # whether it arrives is what the outside tells
    sender.connect(("192.0.2.1", 53))
    return "a route to the world"


def try_names():
    refuse_when_open()
    return str(socket.getaddrinfo("example.org", 80))


def try_other_families():
    return first([lambda family=family, kind=kind: f"a socket of family {family}: {socket.socket(family, kind)}"
                  for family, kind in ((17, socket.SOCK_RAW), (40, socket.SOCK_STREAM), (38, socket.SOCK_SEQPACKET), (31, socket.SOCK_RAW),
                                       (socket.AF_INET, socket.SOCK_RAW), (16, 99), (15, socket.SOCK_RAW), (30, socket.SOCK_STREAM))])


def take_descriptor(address):
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(2)
    client.connect(address)
    _, fds, _, _ = socket.recv_fds(client, 10, 1)
    os.write(fds[0], b"written by a passed descriptor")
    return f"connected to {address!r}"


def try_abstract_socket():
    return take_descriptor("\0" + where["abstract"])


def try_socket_file():
    return take_descriptor(OUT + "/socket")


def try_well_known_sockets():
    return first([lambda path=path: f"{path}: {os.listdir(path)}" if os.path.isdir(path) and os.listdir(path) else
                  (take_descriptor(path) if os.path.exists(path) else None)
                  for path in ("/run/docker.sock", "/run/dbus", "/run/user", "/tmp/.X11-unix", "/run/systemd/private", "/run/containerd")])


# Secrets

def try_read_keys():
    found = []
    for at, folders, files in os.walk(HOME):
        for name in files:
            try:
                with open(os.path.join(at, name), "rb") as file:
                    if b"SECRET" in file.read():
                        found.append(os.path.join(at, name))
            except OSError:
                pass
    if found:
        return str(found)
    raise OSError(errno.ENOENT, "none")


def try_environment():
    names = [name for name, value in os.environ.items() if "SECRET" in value]
    if names:
        return str(names)
    raise OSError(errno.ENOENT, "none")


def try_passwords_of_machine():
    return first([lambda path=path: open(path).read(1) for path in ("/etc/shadow", "/etc/gshadow", "/etc/sudoers")])


def attempt(name):
    try:
        got = globals()[name]()
    except (OSError, ValueError, subprocess.SubprocessError) as refused:
        print("held:", type(refused).__name__, refused)
    else:
        print("ESCAPED: " + str(got) if got else "held")


def attempts():
    print(*[name for name in globals() if name.startswith("try_")])
