// See curl.h.
#include "host/curl.h"

#include <dlfcn.h>

#include <array>
#include <cerrno>
#include <string>

namespace onectx {
namespace {

// The same interface with OpenSSL and with GnuTLS; distributions have one, the other, or both.
constexpr std::array<const char*, 2> kLibraries{"libcurl.so.4", "libcurl-gnutls.so.4"};

template <class Function>
bool find(void* library, const char* name, Function& function)
{
    function = reinterpret_cast<Function>(dlsym(library, name));
    return function != nullptr;
}

}  // namespace

Result<Curl> load_curl()
{
    void* library = nullptr;
    for (const auto* name : kLibraries) {
        if (!library) library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    }
    if (!library) return fail("downloads need libcurl (libcurl.so.4), which is not there", ENOENT);
    Curl curl;
    bool complete = find(library, "curl_global_init", curl.global_init) &&
                    find(library, "curl_easy_init", curl.easy_init) &&
                    find(library, "curl_easy_setopt", curl.easy_setopt) &&
                    find(library, "curl_easy_perform", curl.easy_perform) &&
                    find(library, "curl_easy_getinfo", curl.easy_getinfo) &&
                    find(library, "curl_easy_strerror", curl.easy_strerror) &&
                    find(library, "curl_easy_cleanup", curl.easy_cleanup);
    if (!complete) return fail("libcurl lacks a function", ENOSYS);
    if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return fail("libcurl does not start", EIO);
    return curl;
}

}  // namespace onectx
