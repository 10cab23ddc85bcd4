// See target.h.
#include "host/transfer/target.h"

#include "common/limits.h"
#include "common/text.h"

namespace onectx {
namespace {

struct Parts {
    std::string_view host;
    std::string_view path;
};

Parts split_target(std::string_view text)
{
    auto bracket = text.starts_with('[') ? text.find("]:") : std::string_view::npos;
    if (bracket != std::string_view::npos)
        return {text.substr(1, bracket - 1), text.substr(bracket + 2)};
    auto colon = text.find(':');
    if (colon == std::string_view::npos) return {"", text};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

Result<TransferTarget> parse_target(std::string_view text, std::string_view own_name)
{
    auto refuse = [&](std::string_view why) {
        return fail("target " + shown(text) + ": " + std::string(why));
    };
    auto [host, path] = split_target(text);
    if (text.contains('\0') || text.contains('\n')) return refuse("a byte that no path has");
    if (!path.starts_with('/')) return refuse("expected HOST:PATH with an absolute path");
    if (path.ends_with('/') || path.ends_with("/.") || path.ends_with("/.."))
        return refuse("names a directory");
    if (path.size() >= kMaxPathBytes) return refuse("too long");
    if (host.starts_with('-')) return refuse("no host begins with '-'");
    bool is_here = host.empty() || equals_ignoring_case(host, "localhost") ||
                   equals_ignoring_case(host, own_name);
    return TransferTarget{is_here ? "" : std::string(host), std::string(path)};
}

std::string folder_of(const TransferTarget& target)
{
    auto slash = target.path.rfind('/');
    return slash == 0 ? "/" : target.path.substr(0, slash);
}

}  // namespace onectx
