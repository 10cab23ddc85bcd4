// See signatures.h.
#include "guest/system/device/signatures.h"

#include <blkid/blkid.h>

#include <cerrno>
#include <memory>

#include "common/text.h"
#include "guest/system/files.h"

namespace onectx {
namespace {

// More are noise: a device has one, and perhaps a stale one.
constexpr std::size_t kMaxSignatures = 16;

std::string value(blkid_probe probe, const char* name)
{
    const char* data = nullptr;
    std::size_t size = 0;
    if (blkid_probe_lookup_value(probe, name, &data, &size) != 0 || data == nullptr) return {};
    std::string text(data, size);
    return text.substr(0, text.find('\0'));  // libblkid counts the NUL in
}

Signature current_signature(blkid_probe probe)
{
    return {
        .type = value(probe, "TYPE"),
        .label = value(probe, "LABEL"),
        .uuid = value(probe, "UUID"),
        .magic = value(probe, "SBMAGIC"),
        .magic_offset = parse_number(value(probe, "SBMAGIC_OFFSET"), 0, UINT64_MAX).value_or(0)};
}

}  // namespace

Result<std::vector<Signature>> probe_signatures(int device, const std::string& only)
{
    const std::unique_ptr<blkid_struct_probe, decltype(&blkid_free_probe)> probe(blkid_new_probe(),
                                                                                 blkid_free_probe);
    if (!probe) return os_failure(ENOMEM);
    errno = 0;
    if (blkid_probe_set_device(probe.get(), device, 0, 0) != 0)
        return os_failure(errno != 0 ? errno : EIO);
    if (blkid_probe_get_size(probe.get()) == 0) return os_failure(ENOMEDIUM);
    blkid_probe_enable_superblocks(probe.get(), 1);
    blkid_probe_set_superblocks_flags(probe.get(), BLKID_SUBLKS_TYPE | BLKID_SUBLKS_LABEL |
                                                       BLKID_SUBLKS_UUID | BLKID_SUBLKS_MAGIC);

    if (!only.empty()) {
        std::string name = only;  // libblkid wants names that it could write to, and does not
        char* names[] = {name.data(), nullptr};
        if (blkid_probe_filter_superblocks_type(probe.get(), BLKID_FLTR_ONLYIN, names) != 0)
            return os_failure(EINVAL);
    }

    std::vector<Signature> signatures;
    while (signatures.size() < kMaxSignatures) {
        errno = 0;
        const int outcome = blkid_do_probe(probe.get());
        if (outcome < 0) return os_failure(errno != 0 ? errno : EIO);
        if (outcome != 0) break;
        signatures.push_back(current_signature(probe.get()));
    }
    return signatures;
}

}  // namespace onectx
