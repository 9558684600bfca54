// A program for the kernel's filter of system calls (seccomp(2), Documentation/userspace-api/seccomp_filter.rst); see seccomp.h.
#include "sandbox/seccomp.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <span>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace oi::sandbox {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
#error "the filter of system calls does not know this architecture"
#endif

constexpr std::uint32_t flags_of_namespaces =
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME;

// No file or network rule sees what is done through them; programs do without when the kernel seems to have none.
constexpr std::array<long, 3> ways_around{SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register};

constexpr long refused[]
{
    // other processes
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_process_madvise, SYS_pidfd_getfd, SYS_kcmp, SYS_perf_event_open,
        SYS_userfaultfd,
        // keys, programs for the kernel
        SYS_keyctl, SYS_add_key, SYS_request_key, SYS_bpf,
        // mounts and namespaces
        SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_move_mount, SYS_open_tree, SYS_fsopen, SYS_fsconfig, SYS_fsmount,
        SYS_fspick, SYS_mount_setattr, SYS_setns, SYS_open_by_handle_at, SYS_quotactl, SYS_quotactl_fd, SYS_fanotify_init,
        // the machine
        SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_settimeofday,
        SYS_clock_settime, SYS_clock_adjtime, SYS_adjtimex, SYS_acct, SYS_syslog, SYS_vhangup, SYS_sethostname, SYS_setdomainname,
#if defined(__x86_64__)
        SYS_kexec_file_load, SYS_iopl, SYS_ioperm, SYS_modify_ldt,
#endif
};

// Kinds of sockets that the other rules of the sandbox hold back; the rest (hypervisors, kernel crypto, raw frames) does not exist.
constexpr std::array families{AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

// Commands that type into the terminal, or paste.
constexpr std::array<std::uint32_t, 2> typing{TIOCSTI, TIOCLINUX};

class Program {
public:
    Program();
    void refuse(std::span<const long> calls, int error)
    {
        for (const long call : calls) {
            add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 1);
            give(error);
        }
    }
    void refuse_flags(long call, std::uint32_t flags);
    void refuse_values(long call, int argument, std::span<const std::uint32_t> values);
    void allow_values(long call, int argument, std::span<const int> values, int error);
    Result<void> enter();

private:
    void add(int code, std::uint32_t value, int if_true = 0, int if_false = 0)
    {
        code_.push_back({static_cast<std::uint16_t>(code), static_cast<std::uint8_t>(if_true), static_cast<std::uint8_t>(if_false), value});
    }
    void give(int error) { add(BPF_RET | BPF_K, error == 0 ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error)); }
    void load(std::size_t offset) { add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
    // The low half: the kernel takes these arguments as 32 bits (little endian).
    void load_argument(int number) { load(offsetof(seccomp_data, args) + 8 * static_cast<std::size_t>(number)); }
    void load_call() { load(offsetof(seccomp_data, nr)); }
    // Passes over the next `count` instructions unless it is that call.
    void only_for(long call, std::size_t count)
    {
        add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, static_cast<int>(count));
    }

    std::vector<sock_filter> code_;
};

// Calls of another architecture (32-bit programs) have other numbers: none of them is let through.
Program::Program()
{
    load(offsetof(seccomp_data, arch));
    add(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0);
    give(ENOSYS);
    load_call();
#if defined(__x86_64__)
    constexpr std::uint32_t x32 = 0x40000000;
    add(BPF_JMP | BPF_JGE | BPF_K, x32, 0, 1);
    give(ENOSYS);
#endif
}

void Program::refuse_flags(long call, std::uint32_t flags)
{
    only_for(call, 4);
    load_argument(0);
    add(BPF_JMP | BPF_JSET | BPF_K, flags, 0, 1);
    give(EPERM);
    load_call();
}

void Program::refuse_values(long call, int argument, std::span<const std::uint32_t> values)
{
    only_for(call, 2 + 2 * values.size());
    load_argument(argument);
    for (const auto value : values) {
        add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
        give(EPERM);
    }
    load_call();
}

void Program::allow_values(long call, int argument, std::span<const int> values, int error)
{
    const std::size_t count = values.size();
    only_for(call, 3 + count);
    load_argument(argument);
    for (std::size_t i = 0; i < count; ++i)
        add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(values[i]), static_cast<int>(count - i), 0);
    give(error);
    load_call();
}

Result<void> Program::enter()
{
    give(0);
    const sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
    // Without that flag, older kernels slow a filtered process down against Spectre.
    for (const unsigned flags : {static_cast<unsigned>(SECCOMP_FILTER_FLAG_SPEC_ALLOW), 0U})
        if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) == 0) return {};
    return fail_errno("the filter of system calls");
}

}  // namespace

Result<void> enter_seccomp(Refuse what)
{
    Program program;
    program.refuse(ways_around, ENOSYS);
    program.allow_values(SYS_socket, 0, families, EAFNOSUPPORT);
    if (what == Refuse::all) {
        program.refuse(refused, EPERM);
        constexpr std::array<long, 1> clone3{SYS_clone3};  // its flags lie in memory; clone() is used when there is none
        program.refuse(clone3, ENOSYS);
        program.refuse_flags(SYS_clone, flags_of_namespaces);
        program.refuse_flags(SYS_unshare, flags_of_namespaces);
        program.refuse_values(SYS_ioctl, 1, typing);
    }
    return program.enter();
}

}  // namespace oi::sandbox
