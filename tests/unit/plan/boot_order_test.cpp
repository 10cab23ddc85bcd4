// startpar's lists: a script goes in and out, and nothing else changes.
#include "guest/edit/boot_order.h"

#include "tests/support/catch.h"

namespace onectx {

namespace {

constexpr const char* kText =
    "TARGETS = hostname.sh udev mountall.sh networking\n"
    "INTERACTIVE = udev\n"
    "udev: hostname.sh\n"
    "networking: mountall.sh udev\n";

BootScript script()
{
    return {.name = "onectx-local",
            .after = {"udev", "eudev", "mountall.sh"},
            .before = {"networking", "network-manager"}};
}

}  // namespace

TEST_CASE("a boot script is put where it belongs, once")
{
    const std::string with =
        "TARGETS = hostname.sh udev mountall.sh networking onectx-local\n"
        "INTERACTIVE = udev\n"
        "udev: hostname.sh\n"
        "networking: mountall.sh udev onectx-local\n"
        "onectx-local: udev mountall.sh\n";
    CHECK(with_boot_script(kText, script()) == with);
    CHECK(with_boot_script(with, script()) == with);
    CHECK(without_boot_script(with, "onectx-local") == kText);
    CHECK(without_boot_script(kText, "onectx-local") == kText);

    // insserv leaves out who waits for nobody, and the end of the last line.
    CHECK(with_boot_script("TARGETS = networking", script()) ==
          "TARGETS = networking onectx-local\nnetworking: onectx-local\n");
    CHECK(with_boot_script("TARGETS = a\nINTERACTIVE =\na:", {"b", {}, {"a"}}) ==
          "TARGETS = a b\nINTERACTIVE =\na: b");
    // Not a list of startpar's.
    CHECK(with_boot_script("", script()).empty());
    CHECK(with_boot_script("networking: x\n", script()) == "networking: x\n");
}

TEST_CASE("a boot script goes with everything that names it")
{
    CHECK(without_boot_script("TARGETS = a b c\nINTERACTIVE = b\nb: a\nc: a b\nbb: c\n", "b") ==
          "TARGETS = a c\nINTERACTIVE =\nc: a\nbb: c\n");
}

}  // namespace onectx
