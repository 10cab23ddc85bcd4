// See context_probe.h.
#include "guest/system/device/context_probe.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "common/shell_vars.h"
#include "common/text.h"
#include "guest/system/device/context_file.h"
#include "guest/system/device/signatures.h"
#include "guest/system/fd.h"

namespace onectx {
namespace {

NotReady not_ready(const Error& error)
{
    return {error.message, error.code == ENOMEDIUM};
}

}  // namespace

Probed probe_context(const BlockDevice& device, const std::string& mount_base)
{
    const Fd fd(open(device.node.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fd.valid()) return not_ready({errno_text(errno), errno});
    auto signatures = probe_signatures(fd.get());
    // One bad sector anywhere ends libblkid's search, but the label may be readable all the same.
    if (!signatures && signatures.error().code == EIO)
        signatures = probe_signatures(fd.get(), "iso9660");
    if (!signatures) return not_ready(signatures.error());

    const Signature* labelled = nullptr;
    for (const auto& signature : *signatures)
        if (signature.label == kContextLabel &&
            (labelled == nullptr || signature.type == "iso9660"))
            labelled = &signature;
    if (labelled == nullptr) return NoContext{};
    if (labelled->type != "iso9660")
        return Ignored{"its file system is " + printable(labelled->type) + ", not iso9660"};

    auto text = context_on_device(device.node, mount_base);
    if (!text) return Unreadable{text.error().message};
    if (!*text) return Ignored{"it holds no context.sh"};
    auto macs = macs_of_context(**text);
    return MediumCandidate{device, std::move(**text), std::move(macs)};
}

std::vector<Mac> macs_of_context(std::string_view text)
{
    std::vector<Mac> macs;
    for (const auto& [name, value] : parse_shell_vars(text).context) {
        const std::string_view word = name;
        if (!word.starts_with("ETH") || !word.ends_with("_MAC") || word.size() < 8) continue;
        const auto id = word.substr(3, word.size() - 7);
        if (!std::all_of(id.begin(), id.end(), is_digit)) continue;
        if (auto mac = parse_mac(value.text)) macs.push_back(*mac);
    }
    return macs;
}

}  // namespace onectx
