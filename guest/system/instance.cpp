// See instance.h.
#include "guest/system/instance.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <ctime>

#include "common/text.h"
#include "guest/identity/identity.h"
#include "guest/system/facts.h"

namespace onectx {
namespace {

constexpr std::size_t kIdBytes = 16;
// Of the clock while the machine starts: it is read from a chip that counts seconds.
constexpr std::int64_t kClockSlack = 2;

// RFC 9562, section 5.4: random, with the version and the variant in their places.
Result<std::string> fresh_id()
{
    auto bytes = TRY(random_bytes(kIdBytes));
    auto set = [&](std::size_t at, unsigned keep, unsigned bits) {
        bytes[at] = static_cast<char>((static_cast<unsigned char>(bytes[at]) & keep) | bits);
    };
    set(6, 0x0FU, 0x40U);
    set(8, 0x3FU, 0x80U);
    return to_hex(bytes);
}

bool was_written_in_this_boot(const Root& root, std::string_view path)
{
    auto file = root.open_inside(path, O_PATH);
    struct stat status{};
    timespec now{};
    timespec up{};
    if (!file || fstat(file->get(), &status) != 0 || clock_gettime(CLOCK_REALTIME, &now) != 0 ||
        clock_gettime(CLOCK_BOOTTIME, &up) != 0)
        return false;
    return status.st_ctim.tv_sec >= now.tv_sec - up.tv_sec - kClockSlack;
}

}  // namespace

std::string firmware_uuid(const FileReader& tree)
{
    auto text = tree.read("/sys/class/dmi/id/product_uuid");
    if (!text || !*text) return {};
    auto uuid = to_lower(trim((*text)->content));
    // Firmware without a number of its own has all digits alike.
    bool is_one = uuid.find_first_not_of("0-") != std::string::npos &&
                  uuid.find_first_not_of("f-") != std::string::npos;
    return is_one ? uuid : std::string();
}

Result<InstanceFacts> gather_instance(const Root& root)
{
    return InstanceFacts
    {
        .uuid = firmware_uuid(root), .fresh_machine_id = TRY(fresh_id())
        , .machine_id_is_fresh = was_written_in_this_boot(root, kMachineId)
    };
}

}  // namespace onectx
