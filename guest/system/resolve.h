// Opening a path below a directory that stands for "/", without ever leaving it.
// The kernel does the resolving (openat2(2)); where it has none (before 5.6, or a container whose
// seccomp filter forbids the call) a walk of our own, one component at a time, gives the same
// answers.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "guest/system/fd.h"

namespace onectx {

enum class Links {
    inside,   // followed; "/" and ".." mean the top, wherever a link says them (RESOLVE_IN_ROOT)
    refused,  // a link is ELOOP, and so is one as the last component unless O_PATH | O_NOFOLLOW
};

// `kernel` falls back to `walk` by itself; `walk` forced is for tests.
enum class Resolver { kernel, walk };

// Where to resolve: does not own `top`, which is open for as long as this is used.
struct Scope {
    int top = -1;
    Links links = Links::inside;
    Resolver resolver = Resolver::kernel;
};

// Flags and mode as open(2); O_CLOEXEC is added. O_CREAT through a dangling link makes the file
// where the link points, inside. Errors are those of openat2(2), without the path.
[[nodiscard]] Result<Fd> open_in(const Scope& scope, std::string_view path, int flags,
                                 unsigned mode = 0);

// Where a symbolic link points, of a descriptor opened with O_PATH | O_NOFOLLOW.
[[nodiscard]] Result<std::string> read_link(int link);

}  // namespace onectx
