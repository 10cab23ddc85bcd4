// See xattr.h.
#include "guest/system/xattr.h"

#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/text.h"
#include "guest/system/files.h"

namespace onectx {
namespace {

constexpr const char* kSelinux = "security.selinux";
constexpr std::array<std::string_view, 3> kOfTheContent{"security.ima", "security.evm",
                                                        "security.capability"};

// Asks for the size, then for the bytes. `get` is one of the xattr calls; they all answer that way.
// Linux holds no list and no value longer than 64 KiB (xattr(7)), which bounds the loop's buffer.
template <class Get>
Result<std::string> bytes_of(Get get)
{
    for (;;) {
        auto size = get(nullptr, 0);
        if (size < 0) return os_failure();
        std::string bytes(static_cast<std::size_t>(size), '\0');
        if (size == 0) return bytes;
        size = get(bytes.data(), bytes.size());
        if (size < 0 && errno == ERANGE) continue;  // it grew meanwhile
        if (size < 0) return os_failure();
        bytes.resize(static_cast<std::size_t>(size));
        return bytes;
    }
}

Result<std::string> value_of(int fd, const std::string& name)
{
    return bytes_of(
        [&](char* to, std::size_t size) { return fgetxattr(fd, name.c_str(), to, size); });
}

bool may_be_passed_over(int code)
{
    if (code == EOPNOTSUPP || code == ENODATA) return true;  // ENODATA: gone since it was listed
    return (code == EPERM || code == EACCES) && geteuid() != 0;
}

Result<void> copy_one(int from, int to, const std::string& name)
{
    auto value = TRY(value_of(from, name));
    // Mostly the label is right from birth, and then needs no permission to be set.
    auto present = value_of(to, name);
    if (present && *present == value) return {};
    if (fsetxattr(to, name.c_str(), value.data(), value.size(), 0) != 0) return os_failure();
    return {};
}

}  // namespace

Result<void> copy_extended_attributes(int from, int to)
{
    auto names =
        bytes_of([&](char* buffer, std::size_t size) { return flistxattr(from, buffer, size); });
    if (!names && may_be_passed_over(names.error().code)) return {};
    if (!names) return std::unexpected(std::move(names).error());
    for (auto name : split(*names, '\0')) {
        if (name.empty() ||
            std::find(kOfTheContent.begin(), kOfTheContent.end(), name) != kOfTheContent.end())
            continue;
        auto copied = copy_one(from, to, std::string(name));
        if (!copied && !may_be_passed_over(copied.error().code))
            return in_context("extended attribute " + printable(name), std::move(copied));
    }
    return {};
}

void label_as_below(int directory, int fd, std::string_view type)
{
    constexpr std::size_t kTypeField = 2;  // user:role:type:level, where the level may hold ':' too
    auto label = value_of(directory, kSelinux);
    if (!label || label->empty()) return;
    std::vector<std::string> fields;
    for (auto field : split(*label, ':'))
        fields.emplace_back(field);
    if (!type.empty() && fields.size() > kTypeField + 1) fields[kTypeField] = type;
    auto wanted = join(fields, ":");
    auto present = value_of(fd, kSelinux);
    if (present && (*present == wanted || type.empty())) return;
    static_cast<void>(fsetxattr(fd, kSelinux, wanted.data(), wanted.size(), 0));
}

}  // namespace onectx
