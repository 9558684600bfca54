// libcurl, loaded when the first request needs it: linking it would cost every start 5 ms and 36 libraries.
#pragma once

#include "base/error.h"

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

namespace oi::net {

// The functions in use, typed by curl's own header.
struct Libcurl {
#define OI_CURL(name) decltype(&::curl_##name) name
    OI_CURL(version) = nullptr;
    OI_CURL(global_init) = nullptr;
    OI_CURL(easy_init) = nullptr;
    OI_CURL(easy_cleanup) = nullptr;
    OI_CURL(easy_reset) = nullptr;
    OI_CURL(easy_setopt) = nullptr;
    OI_CURL(easy_getinfo) = nullptr;
    OI_CURL(easy_strerror) = nullptr;
    OI_CURL(easy_send) = nullptr;
    OI_CURL(easy_recv) = nullptr;
    OI_CURL(multi_init) = nullptr;
    OI_CURL(multi_cleanup) = nullptr;
    OI_CURL(multi_add_handle) = nullptr;
    OI_CURL(multi_remove_handle) = nullptr;
    OI_CURL(multi_perform) = nullptr;
    OI_CURL(multi_poll) = nullptr;
    OI_CURL(multi_info_read) = nullptr;
    OI_CURL(slist_append) = nullptr;
    OI_CURL(slist_free_all) = nullptr;
#undef OI_CURL
};

// Loads the library once per process; any thread. Never unloaded. An Error names the missing package.
Result<const Libcurl*> libcurl();

}  // namespace oi::net
