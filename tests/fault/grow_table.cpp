// grow_table ROOT NUMBER: grows this partition of ROOT/dev/vda, as a plan made now would say; says
// where it ended and where it ends. Exits 1 with the error on stderr.
#include <cstdio>

#include "common/partition_table.h"
#include "common/text.h"
#include "guest/system/disk/grow_partition.h"
#include "posix/file_source.h"

namespace onectx::test {
namespace {

class NoKernel : public SystemKernel {
  public:
    Result<void> resize_partition(int, unsigned, std::uint64_t, std::uint64_t) override
    {
        return {};
    }
};

Result<void> grow(const std::string& directory, unsigned number)
{
    auto root = TRY(Root::open(directory));
    const auto disk = TRY(FileSource::open(directory + "/dev/vda"));
    const auto growth = TRY(grow_partition(disk, 512, number));
    NoKernel kernel;
    TRY(make_grow_partition({.disk = "/dev/vda",
                             .number = number,
                             .from = growth.from,
                             .to = growth.to,
                             .planned_from = growth.digest,
                             .path = "/var/lib/onectx/vda.sfdisk"},
                            root, kernel));
    std::printf("%llu of %llu\n", static_cast<unsigned long long>(growth.start + growth.from),
                static_cast<unsigned long long>(growth.start + growth.to));
    return {};
}

}  // namespace
}  // namespace onectx::test

int main(int argc, char** argv)
{
    const auto number = argc == 3 ? onectx::parse_number(argv[2], 1, 99) : std::nullopt;
    if (!number) return 2;
    auto grown = onectx::test::grow(argv[1], static_cast<unsigned>(*number));
    if (grown) return 0;
    std::fprintf(stderr, "%s\n", grown.error().message.c_str());
    return 1;
}
