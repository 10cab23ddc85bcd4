// See changes.h.
#include "tests/fault/changes.h"

#include <unistd.h>

#include "guest/system/root.h"

namespace onectx::test {

std::string new_text()
{
    constexpr int kLines = 2000;
    std::string text;
    for (int i = 0; i < kLines; ++i)
        text += "new text\n";
    return text;
}

Result<void> make_changes(const std::string& directory)
{
    auto root = TRY(Root::open(directory));
    auto content = new_text();
    static_cast<void>(access(kMarker, F_OK) == 0);
    TRY(in_context("write", root.replace({.path = "/etc/file", .content = content, .mode = 0640},
                                         geteuid(), getegid())));
    TRY(in_context("make",
                   root.make_directory({.path = "/etc/made", .mode = 0750}, geteuid(), getegid())));
    TRY(in_context("link", root.make_symlink({"/etc/link", kNewTarget})));
    static_cast<void>(access(kMarker, F_OK) == 0);
    return {};
}

}  // namespace onectx::test
