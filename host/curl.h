// libcurl, loaded at run time. Loading it and what it needs takes longer than making a whole image,
// and most images need no download.
#pragma once

#include <curl/curl.h>

#include "common/result.h"

namespace onectx {

struct Curl {  // the functions in use, each with its own type
    decltype(&curl_global_init) global_init = nullptr;
    decltype(&curl_easy_init) easy_init = nullptr;
    decltype(&curl_easy_setopt) easy_setopt = nullptr;
    decltype(&curl_easy_perform) easy_perform = nullptr;
    decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
    decltype(&curl_easy_strerror) easy_strerror = nullptr;
    decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
};

// The library stays loaded and initialised until the program ends.
[[nodiscard]] Result<Curl> load_curl();

}  // namespace onectx
