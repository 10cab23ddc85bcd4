// User data on a running system, in namespaces of the test's own.
#include <unistd.h>

#include "common/base64.h"
#include "common/text.h"
#include "tests/support/catch.h"
#include "tests/support/guest_machine.h"

namespace onectx::test {
namespace {

std::string user_data(std::string_view text)
{
    return "VMID='7'\nUSER_DATA_ENCODING='base64'\nUSER_DATA='" + encode_base64(text) + "'\n";
}

// A system of its own for apt-get and dpkg, with nothing installed and a repository in a folder;
// make NAME VERSION FILE adds a package that brings this file, with its version in it.
constexpr std::string_view kRepository = R"sh(mount -t tmpfs tmpfs /var/cache
mkdir -p /var/lib/dpkg/info /var/lib/dpkg/updates /var/lib/apt/lists/partial \
    /var/cache/apt/archives/partial /var/log/apt /run/repository
: >/var/lib/dpkg/status
rm -rf /etc/apt /etc/dpkg
mkdir -p /etc/apt/apt.conf.d /etc/apt/sources.list.d /etc/apt/preferences.d /etc/dpkg
echo 'APT::Sandbox::User "root";' >/etc/apt/apt.conf.d/own
make() {
    package=/run/repository/$1_$2.deb
    rm -rf /run/package
    mkdir -p /run/package/DEBIAN "/run/package${3%/*}"
    echo "$2" >"/run/package$3"
    printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: x <x@example.com>\nDescription: x\n' \
        "$1" "$2" >/run/package/DEBIAN/control
    dpkg-deb --root-owner-group --build /run/package "$package" >/run/build.log
    { cat /run/package/DEBIAN/control
        printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${package##*/}" "$(stat -c %s "$package")" \
            "$(sha256sum "$package" | cut -d ' ' -f 1)"; } >>/run/repository/Packages
}
)sh";

}  // namespace

TEST_CASE("packages are really installed, by apt-get", "[cli][user-data]")
{
    if (!GuestMachine::is_possible()) return;
    if (access("/usr/bin/apt-get", X_OK) != 0 || access("/usr/bin/dpkg-deb", X_OK) != 0) {
        WARN("needs apt-get and dpkg-deb; nothing is tested");
        return;
    }
    GuestMachine machine;
    const std::string repository =
        "write_files:\n- path: /etc/apt/sources.list.d/own.list\n"
        "  content: 'deb [trusted=yes] file:/run/repository ./'\n";
    machine.write("context.sh", user_data("#cloud-config\n" + repository +
                                          "ntp: {servers: [192.0.2.1], ntp_client: chrony}\n"
                                          "packages: [[tiny, '1.0'], other]\n"));
    machine.write("upgrade.sh", user_data("#cloud-config\npackage_upgrade: true\n"));
    machine.write("missing.sh", user_data("#cloud-config\npackages: [tiny, no-such-package]\n"));
    const auto done = machine.shell(std::string(kRepository) + R"sh(
make tiny 1.0 /var/lib/tiny/version
make tiny 2.0 /var/lib/tiny/version
make other 3 /var/lib/other/version
make chrony 4.3 /etc/chrony/chrony.conf
boot one
guest apply
cat /var/lib/tiny/version /var/lib/other/version /etc/chrony/chrony.conf
mv "$CONTEXT/upgrade.sh" "$CONTEXT/context.sh"
boot two
guest apply
cat /var/lib/tiny/version
mv "$CONTEXT/missing.sh" "$CONTEXT/context.sh"
boot three
guest apply || echo "exit status $?"
grep -o 'Unable to locate package .*' /var/log/onectx/user-data-packages.log
"$GUEST" status | grep -c 'user-data-ntp  *changed'
)sh");
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK(done.out ==
          "1.0\n3\n4.3\n# BEGIN onectx\nserver 192.0.2.1 iburst\n# END onectx\n2.0\n"
          "exit status 1\nUnable to locate package no-such-package\n1\n");
    CHECK(done.err ==
          "onectx-guest: error: user-data-packages: exit status 100; see "
          "/var/log/onectx/user-data-packages.log\n");
}

TEST_CASE("a file to swap to is made", "[cli][user-data]")
{
    if (!GuestMachine::is_possible()) return;
    GuestMachine machine;
    machine.write("context.sh",
                  user_data("#cloud-config\nswap: {filename: /var/lib/swap, size: 2M}\n"));
    // Swapping itself is the kernel's, which is not the test's own.
    const auto done =
        machine.shell(R"sh(printf '#!/bin/sh\necho "$@" >/run/swapon\n' >/run/swapon.sh
chmod +x /run/swapon.sh
mount -o remount,exec /run
mount --bind /run/swapon.sh "$(readlink -f /sbin/swapon)"
boot one
guest apply
stat -c '%a %s' /var/lib/swap
dd if=/var/lib/swap bs=1 skip=4086 count=10 2>/dev/null; echo
cat /run/swapon
grep swap /etc/fstab
ls /var/lib
)sh");
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK(done.err.empty());
    CHECK(done.out ==
          "600 2097152\nSWAPSPACE2\n-a -e\n/var/lib/swap\tnone\tswap\tsw,nofail\t0\t0\n"
          "onectx\nswap\n");
}

TEST_CASE("user data is done once, and an unchanged context starts no process", "[cli][user-data]")
{
    if (!GuestMachine::is_possible()) return;
    GuestMachine machine;
    machine.write("context.sh", user_data("#cloud-config\n"
                                          "bootcmd: ['echo boot >>/run/order']\n"
                                          "write_files:\n"
                                          "- {path: /etc/seed, content: aGkK, encoding: b64}\n"
                                          "- {path: /etc/late, content: late, defer: true, "
                                          "permissions: '0600'}\n"
                                          "runcmd:\n"
                                          "- echo \"$(cat /etc/seed) $(cat /etc/late)\" "
                                          ">>/run/order\n"
                                          "- [sh, -c, 'echo \"$1\" >>/run/order', x, 'a b; c']\n"));
    const auto done = machine.shell(R"sh(boot one
guest apply
strace -f -qq -o /run/trace -e trace=execve,clone,clone3,fork,vfork \
    "$GUEST" apply --config /run/guest.conf --context "$CONTEXT"
grep -c . /run/trace
"$GUEST" status --json | tr -d ' \n' | grep -o '"ms":[0-9]*,"result":"unchanged"' | tail -n 1 |
    grep -o '[0-9][0-9]*' >/run/ms
[ "$(cat /run/ms)" -lt 500 ] # traced and with sanitizers; a few of them otherwise
boot two
rm /etc/seed
guest apply --force
cat /run/order
stat -c '%a %n' /etc/late
test ! -e /etc/seed
)sh");
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK(done.err.empty());
    CHECK(done.out == "1\nboot\nhi late\na b; c\nboot\n600 /etc/late\n");
}

TEST_CASE("what fails is said for itself and has its turn again with the next boot",
          "[cli][user-data]")
{
    if (!GuestMachine::is_possible()) return;
    GuestMachine machine;
    machine.write("context.sh", user_data("#cloud-config\n"
                                          "ssh_import_id: [x]\n"
                                          "hostnam: web\n"
                                          "write_files:\n"
                                          "- {path: /etc/good, content: x}\n"
                                          "- {path: /etc/bad, owner: 'ghost:ghost'}\n"
                                          "runcmd:\n"
                                          "- echo run >>/run/order; test -e /run/ready\n"));
    const auto done = machine.shell(R"sh(boot one
guest apply || echo "status $?"
guest apply || echo "status $?"
boot two
touch /run/ready
sed -i '$a ghost:x:4000:4000::/nonexistent:/bin/false' /etc/passwd
sed -i '$a ghost:x:4000:' /etc/group
guest apply
boot three
guest apply
cat /run/order
stat -c %U /etc/bad
)sh");
    CHECK(done.status == 0);
    CHECK(done.out == "status 1\nstatus 1\nrun\nrun\nghost\n");
    const std::string warnings =
        "onectx-guest: warning: USER_DATA: 2:1: ssh_import_id is not supported; nothing is done "
        "about it\n"
        "onectx-guest: warning: USER_DATA: 3:1: 'hostnam' is no key of a cloud-config\n";
    const std::string bad =
        "onectx-guest: error: user-data-files: write /etc/bad: no user is called ghost\n";
    const std::string run =
        "onectx-guest: error: user-data-runcmd: exit status 1; see "
        "/var/log/onectx/user-data-runcmd.log\n";
    CHECK(done.err == warnings + bad + run + warnings + bad + warnings + warnings);
}

TEST_CASE("a password of user data is in no log", "[cli][user-data]")
{
    if (!GuestMachine::is_possible()) return;
    GuestMachine machine;
    machine.write(
        "context.sh",
        user_data(
            "#cloud-config\n"
            "users: [{name: eve, no_create_home: true, lock_passwd: false, plain_text_passwd: "
            "canary-plain}]\n"
            "chpasswd: {list: ['root:canary-root'], expire: false}\n"
            "runcmd: ['echo one canary-plain two canary-root']\n"));
    const auto done = machine.shell(R"sh(sed -i '/^users = off/d' /run/guest.conf
boot one
guest apply
log user-data-runcmd
guest plan --stage all
"$GUEST" status --json
grep -rl canary /var/log /var/lib /etc || echo nowhere
)sh");
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK(done.out.starts_with("one (secret) two (secret)\n"));
    CHECK(done.out.find("canary") == std::string::npos);
    CHECK(done.out.ends_with("nowhere\n"));
    CHECK(done.err.find("canary") == std::string::npos);
}

TEST_CASE("a file comes from a server, or else from the user data", "[cli][user-data]")
{
    if (!GuestMachine::is_possible()) return;
    GuestMachine machine;
    machine.write("context.sh",
                  user_data("#cloud-config\n"
                            "write_files:\n"
                            "- {path: /etc/fetched, permissions: '0755', source: {uri: "
                            "'http://127.0.0.1:8000/there'}}\n"
                            "- {path: /etc/fallback, content: own, source: {uri: "
                            "'http://127.0.0.1:8000/not-there'}}\n"));
    const auto done = machine.shell(R"sh(ip link set lo up
mkdir /run/www
echo served >/run/www/there
python3 -m http.server -d /run/www -b 127.0.0.1 8000 >/dev/null 2>&1 &
server=$!
trap 'kill $server' EXIT
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    python3 -c 'import socket; socket.create_connection(("127.0.0.1", 8000))' 2>/dev/null && break
    sleep 0.5
done
boot one
guest apply
stat -c %a /etc/fetched
cat /etc/fetched /etc/fallback
)sh");
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK(done.out == "755\nserved\nown");
    CHECK(done.err ==
          "onectx-guest: warning: user-data-deferred-files: fetch /etc/fallback: 127.0.0.1:8000 "
          "answers "
          "404; its content is taken\n");
}

}  // namespace onectx::test
