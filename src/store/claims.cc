// Locks of single bytes; see claims.h.
#include "store/claims.h"

#include "sys/files.h"

#include <cerrno>
#include <fcntl.h>

namespace oi::store {

bool Claims::claim(ConversationId conversation)
{
    if (holds(conversation)) return true;
    if (!file_.is_open()) file_ = sys::Fd{::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!file_.is_open()) return true;
    if (!lock(conversation, F_WRLCK)) return false;
    held_.insert(conversation);
    return true;
}

void Claims::release(ConversationId conversation)
{
    if (held_.erase(conversation) > 0) lock(conversation, F_UNLCK);
}

// Locks of the open file, not of the process: two stores of one program are two programs here.
bool Claims::lock(ConversationId conversation, short type)
{
    struct flock place {};
    place.l_type = type;
    place.l_whence = SEEK_SET;
    place.l_start = static_cast<off_t>(conversation);
    place.l_len = 1;
    return ::fcntl(file_.get(), F_OFD_SETLK, &place) == 0 || (errno != EAGAIN && errno != EACCES);
}

}  // namespace oi::store
