// A running system for tests of the guest's command line, in namespaces of the test's own: /run,
// /etc, /var/lib and /var/log are copies there, and the network has nobody in it.
#pragma once

#include <unistd.h>

#include <string>
#include <string_view>

#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace onectx::test {

// What each script of shell() begins with. guest: the program; only what scripts need is allowed.
inline constexpr std::string_view kSetUp = R"sh(set -eu
mount -t tmpfs -o mode=0755,noexec tmpfs /run
cp -a /etc /run/etc
mount --bind /run/etc /etc
mount -t tmpfs -o mode=0755 tmpfs /var/lib
mount -t tmpfs -o mode=0755 tmpfs /var/log
cat >/run/guest.conf <<END
[policy]
hostname = off
network = off
users = off
ssh-keys = off
swap = off
END
guest() { "$GUEST" "$@" --config /run/guest.conf --context "$CONTEXT"; }
# As if the machine had been started again.
boot() {
    echo "$1" >/run/boot-id
    mount --bind /run/boot-id /proc/sys/kernel/random/boot_id
}
log() { sed '/^-- /d' "/var/log/onectx/$1.log"; }
)sh";

// A folder with a context, and a shell in the namespaces.
struct GuestMachine {
    [[nodiscard]] static bool is_possible()
    {
        if (geteuid() == 0 && run_program({"/usr/bin/unshare", "-mun", "true"}).status == 0)
            return true;
        WARN("needs root for namespaces; nothing is tested");
        return false;
    }
    void write(const std::string& name, std::string_view text) const
    {
        write_file(folder.path() / name, text);
    }
    [[nodiscard]] Finished shell(const std::string& script) const
    {
        return run_program(
            {"/usr/bin/unshare", "-mun", "/bin/sh", "-c", std::string(kSetUp) + script},
            {.environment = {"GUEST=" + built_program("onectx-guest"),
                             "CONTEXT=" + folder.path().string()}});
    }

    TemporaryFolder folder;
};

}  // namespace onectx::test
