// Namespaces and capabilities; see privileges.h.
#include "sandbox/privileges.h"

#include "base/text.h"
#include "sys/fd.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace oi::sandbox {

namespace {

Result<void> write_to(const char* path, const std::string& text)
{
    const sys::Fd file{::open(path, O_WRONLY | O_CLOEXEC)};
    if (!file.is_open() || ::write(file.get(), text.data(), text.size()) < 0) return fail_errno(path);
    return {};
}

}  // namespace

Result<void> enter_namespaces(int flags)
{
    const auto user = ::getuid();
    const auto group = ::getgid();
    if (::unshare(flags) != 0) return fail_errno("new namespaces");
    OI_CHECK(write_to("/proc/self/setgroups", "deny"));
    OI_CHECK(write_to("/proc/self/uid_map", cat(user, " ", user, " 1")));
    return write_to("/proc/self/gid_map", cat(group, " ", group, " 1"));
}

Result<void> start_loopback()
{
    const sys::Fd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (!socket.is_open() || ::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0) return fail_errno("the loopback interface");
    return {};
}

Result<void> drop_privileges()
{
    // User 0 of a namespace would get all capabilities of it back at the next exec.
    constexpr unsigned long no_root = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED |
                                      SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
    const bool is_root = ::geteuid() == 0;
    if (::prctl(PR_SET_SECUREBITS, no_root) != 0 && is_root && errno != EPERM) return fail_errno("the secure bits");
    for (unsigned long capability = 0; ::prctl(PR_CAPBSET_READ, capability) >= 0; ++capability) ::prctl(PR_CAPBSET_DROP, capability);
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct none[2]{};
    if (::syscall(SYS_capset, &header, none) != 0) return fail_errno("the capabilities");
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail_errno("no_new_privs");
    // Where root was not to be kept from regaining them, the empty bounding set does.
    if (is_root && ::prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN) == 1 && (::prctl(PR_GET_SECUREBITS) & SECBIT_NOROOT) == 0)
        return fail(ErrorKind::unsupported, "root would get its capabilities back");
    return {};
}

}  // namespace oi::sandbox
