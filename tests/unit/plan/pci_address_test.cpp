// PCI addresses as people and sysfs write them.
#include "guest/model/pci_address.h"

#include "tests/support/catch.h"

namespace onectx::test {
namespace {

TEST_CASE("A PCI address has one spelling", "[pci]")
{
    struct Row {
        std::string_view text;
        std::optional<std::string> address;
    };
    auto row = GENERATE(values<Row>({{"0000:01:00.0", "0000:01:00.0"},
                                     {"01:00.0", "0000:01:00.0"},
                                     {"00:1E.7", "0000:00:1e.7"},
                                     {"0001:82:01.4", "0001:82:01.4"},
                                     {"10000:e1:00.0", "10000:e1:00.0"},
                                     {"123456789:e1:00.0", std::nullopt},
                                     {"000:e1:00.0", std::nullopt},
                                     {"1:00.0", std::nullopt},
                                     {"0000:01:00", std::nullopt},
                                     {"0000:01:00.00", std::nullopt},
                                     {"0000:0g:00.0", std::nullopt},
                                     {"a:0000:01:00.0", std::nullopt},
                                     {"pci0000:00", std::nullopt},
                                     {"", std::nullopt}}));
    CAPTURE(row.text);
    CHECK(parse_pci_address(row.text) == row.address);
}

TEST_CASE("The nearest PCI device of a path of sysfs", "[pci]")
{
    struct Row {
        std::string_view path;
        std::string address;
    };
    auto row = GENERATE(values<Row>(
        {{"../../devices/pci0000:00/0000:00:1e.0/virtio5/net/eth2", "0000:00:1e.0"},
         {"../../devices/pci0000:00/0000:00:1c.0/0000:03:00.1/net/ens3f1", "0000:03:00.1"},
         {"../../devices/pci0000:00/0000:00:1c.0/0000:03:00.0/mlx5_core.sf.2/net/sf2",
          "0000:03:00.0"},
         {"../../devices/pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0/10000:e1:00.0/net/vmd0",
          "10000:e1:00.0"},
         {"../../devices/vmbus/abcd/net/eth0", ""},
         {"../../devices/virtual/net/br0", ""},
         {"../../../virtio5", ""},
         {"", ""}}));
    CAPTURE(row.path);
    CHECK(pci_address_in_path(row.path) == row.address);
}

}  // namespace
}  // namespace onectx::test
