// Which device carries the context: the rules of the command line's contract as pure functions.
// Looking at a device is left to a Prober, waiting to BlockDevices, so all of it runs in tests.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/address.h"
#include "common/result.h"
#include "guest/system/device/block_device.h"

namespace onectx {

// The label that OpenNebula gives to a context image.
inline constexpr std::string_view kContextLabel = "CONTEXT";

// An iso9660 file system with the label and a context.sh that was read.
struct MediumCandidate {
    BlockDevice device;
    std::string text;       // of context.sh
    std::vector<Mac> macs;  // its ETHx_MAC
};

struct NoContext {};  // no file system with the label; not worth a word
struct NotReady {     // no medium (yet), busy or failing: asked again until the deadline
    std::string reason;
    bool empty = false;  // merely a drive without a medium, which is no news at the end
};
struct Ignored {  // has the label, and is no context all the same
    std::string reason;
};
struct Unreadable {  // a context, but reading it fails: asked again until the deadline
    std::string reason;
};
using Probed = std::variant<NoContext, NotReady, Ignored, Unreadable, MediumCandidate>;
using Prober = std::function<Probed(const BlockDevice&)>;

struct MediumChoice {
    std::size_t index = 0;  // into the candidates
    std::string warning;    // names all of them; empty when there was one only
};

// CD drives first, among them those with an ETHx_MAC that this machine has, then the lowest device
// number. At least one candidate must be given.
[[nodiscard]] MediumChoice choose_medium(const std::vector<MediumCandidate>& candidates,
                                         const std::vector<Mac>& machine_macs);

struct MediumSearch {
    std::optional<MediumCandidate> medium;
    std::vector<std::string> warnings;  // devices that were passed over, with the reason
};

// Lists, probes, and then waits for events until `limit` has passed since the search began; ends at
// the first moment at which there is a context. Devices that are not ready are asked again when an
// event names them and after a pause that doubles. An error means that a context was found and
// could not be read; nothing found is absence. `machine_macs` is called only when there are several
// to choose from.
[[nodiscard]] Result<MediumSearch> find_medium(
    BlockDevices& devices, const Prober& probe, std::chrono::milliseconds limit,
    const std::function<std::vector<Mac>()>& machine_macs);

}  // namespace onectx
