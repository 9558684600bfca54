// Finding libcurl's functions with dlopen.
#include "net/libcurl.h"

#include "base/text.h"

#include <dlfcn.h>

namespace oi::net {

namespace {

template <class Function>
bool find(void* library, const char* name, Function& function)
{
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

Result<Libcurl> load()
{
    // Lazy binding halves the cost: 2.5 ms instead of 5, for the library pulls in 35 others.
    void* library = ::dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL);
    if (!library) return fail(ErrorKind::not_found, cat("libcurl cannot be loaded: ", ::dlerror()), "install the package libcurl4");
    Libcurl curl;
#define OI_CURL(name)                             \
    if (!find(library, "curl_" #name, curl.name)) \
    return fail(ErrorKind::not_found, "libcurl lacks curl_" #name, "install the package libcurl4, 7.66 or newer")
    OI_CURL(version);
    OI_CURL(global_init);
    OI_CURL(easy_init);
    OI_CURL(easy_cleanup);
    OI_CURL(easy_reset);
    OI_CURL(easy_setopt);
    OI_CURL(easy_getinfo);
    OI_CURL(easy_strerror);
    OI_CURL(easy_send);
    OI_CURL(easy_recv);
    OI_CURL(multi_init);
    OI_CURL(multi_cleanup);
    OI_CURL(multi_add_handle);
    OI_CURL(multi_remove_handle);
    OI_CURL(multi_perform);
    OI_CURL(multi_poll);
    OI_CURL(multi_info_read);
    OI_CURL(slist_append);
    OI_CURL(slist_free_all);
#undef OI_CURL
    if (const CURLcode code = curl.global_init(CURL_GLOBAL_DEFAULT); code != CURLE_OK)
        return fail(ErrorKind::network, cat("libcurl cannot start: ", curl.easy_strerror(code)));
    return curl;
}

}  // namespace

Result<const Libcurl*> libcurl()
{
    static const auto& loaded = *new Result<Libcurl>{load()};  // never destroyed: a turn may run while the process ends
    if (!loaded) return Fail{loaded.error()};
    return &*loaded;
}

}  // namespace oi::net
