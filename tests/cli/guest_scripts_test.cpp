// Scripts as a context brings them to a running system, in namespaces of the test's own.

#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/base64.h"
#include "tests/support/catch.h"
#include "tests/support/guest_machine.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string start_script(std::string_view text)
{
    return "START_SCRIPT_BASE64='" + encode_base64(text) + "'\n";
}

}  // namespace

TEST_CASE("a hostile context cannot change what a script is", "[cli][scripts]")
{
    if (!GuestMachine::is_possible()) return;
    GuestMachine machine;
    machine.write("context.sh",
                  "PATH='/evil'\nLD_PRELOAD='/evil.so'\nBASH_ENV='/evil.sh'\n"
                  "ENV='/evil.sh'\nIFS='x'\nHOME='/evil'\nSHELLOPTS='xtrace'\n"
                  "MOUNT_DIR='/evil'\nPLAIN='a b'\nBYTES='\xff\xfe'\nLARGE='" +
                      std::string(200U << 10U, 'y') + "'\n" + start_script(R"sh(#!/bin/bash
echo "path $PATH, preload ${LD_PRELOAD-none}, home $HOME, plain $PLAIN"
echo "given $ONE_CTX_PATH $ONE_CTX_LD_PRELOAD $ONE_CTX_IFS $ONE_CTX_BASH_ENV"
printf %s "$BYTES" | od -An -tx1
echo "large ${LARGE-not here} $(wc -c <"$ONE_CTX_FILE_LARGE") $(stat -c %a "$ONE_CTX_FILE_LARGE")"
[ "$PWD" = "$MOUNT_DIR" ] && cmp context.sh "$CONTEXT_FILE" && echo in place
. "$RUNTIME_DIR/one_env" && /bin/echo "one_env $PATH $ONE_CTX_PATH ${#LARGE} $PLAIN"
exec "$BASH" -c 'echo again'
)sh"));
    auto done =
        machine.shell(R"sh(guest apply; log start-script; stat -c '%a %U' /run/one-context/one_env
sh -c '. /run/one-context/one_env; printf "%s" "$BYTES" | od -An -tx1')sh");
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK(done.err.empty());
    CHECK(done.out ==
          "path /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin, preload none, home "
          "/root, plain a b\n"
          "given /evil /evil.so x /evil.sh\n"
          " ff fe\n"
          "large not here 204800 600\n"
          "in place\n"
          "one_env /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin /evil 204800 a b\n"
          "again\n"
          "400 root\n"
          " ff fe\n");
}

TEST_CASE("scripts run once a boot, and an unchanged context starts no process", "[cli][scripts]")
{
    if (!GuestMachine::is_possible()) return;
    GuestMachine machine;
    machine.write("context.sh",
                  "VMID='3'\nINIT_SCRIPTS='b.sh'\n" + start_script("echo start >>/run/ran\n"));
    machine.write("'b.sh'", "echo \"b $0\" | sed 's,/.*/,,' >>/run/ran\n");
    auto done = machine.shell(R"sh(boot one
mkdir -p /etc/onectx/hooks.d/local '/etc/onectx/hooks.d/network' /etc/one-context.d
printf '#!/bin/sh\necho "hook $1" >>/run/ran\n' >'/etc/onectx/hooks.d/network/10 a'
printf '#!/bin/sh\necho "local $1 $ONECTX_STAGE" >>/run/ran\n' >/etc/onectx/hooks.d/local/x
printf 'echo "old $1,$2 $(test -d "$MOUNT_DIR"; echo $?)" >>/run/ran\n' >/etc/one-context.d/net-20-own
printf 'exit 9\n' >/etc/one-context.d/net-97-start-script
chmod -R +x /etc/onectx/hooks.d /etc/one-context.d
guest apply --stage local
guest apply --stage network
cat /run/ran; : >/run/ran
guest apply --stage network; guest apply; guest apply --force; guest apply --stage local
cat /run/ran; echo --
ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e trace=process -e signal=none -o /run/strace "$GUEST" apply --config /run/guest.conf \
    --context "$CONTEXT"
grep -c 'execve\|fork\|clone' /run/strace
boot two
guest apply
cat /run/ran
"$GUEST" status)sh");
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK(
        done.out.starts_with("local local local\n"
                             "hook network\n"
                             "old network, 0\n"
                             "start\n"
                             "b 'b.sh'\n"
                             "--\n"
                             "1\n"
                             "local local local\n"
                             "hook network\n"
                             "old network,reconfigure 0\n"
                             "start\n"
                             "b 'b.sh'\n"));
    CHECK(done.out.find("  start-script ") != std::string::npos);
    CHECK(done.out.find("scripts  done") != std::string::npos);
}

TEST_CASE("a script that fails is said, and keeps no other from running", "[cli][scripts]")
{
    if (!GuestMachine::is_possible()) return;
    GuestMachine machine;
    machine.write("context.sh", "PASSWORD='canary-88'\n" +
                                    start_script("echo the password is $PASSWORD\nexit 7\n"));
    machine.write("init.sh", "#!/no/such/interpreter\n");
    auto done = machine.shell(R"sh(mkdir -p /etc/onectx/hooks.d
printf 'echo hook\n' >/etc/onectx/hooks.d/zz; chmod +x /etc/onectx/hooks.d/zz
"$GUEST" plan --json --config /run/guest.conf --context "$CONTEXT"
"$GUEST" plan --config /run/guest.conf --context "$CONTEXT"
guest apply || echo "exit status $?"
log hooks.d:zz; log start-script; log init-script_init.sh
stat -c %a /var/log/onectx/start-script.log
ls /run/onectx/script
"$GUEST" status)sh");
    CHECK(done.status == 0);
    CHECK(done.err ==
          "onectx-guest: error: start-script: exit status 7; see "
          "/var/log/onectx/start-script.log\n"
          "onectx-guest: error: init-script init.sh: /no/such/interpreter: No such file or "
          "directory; see /var/log/onectx/init-script_init.sh.log\n");
    CHECK(done.out.find("would run script start-script (secret)\n") != std::string::npos);
    CHECK(done.out.find("exit status 1\nhook\nthe password is (secret)\n600\n") !=
          std::string::npos);
    CHECK(done.out.find("canary") == std::string::npos);
    CHECK(done.out.find(encode_base64("echo the password")) == std::string::npos);
}

TEST_CASE("a script that is killed in between does not run twice", "[cli][scripts]")
{
    if (!GuestMachine::is_possible()) return;
    GuestMachine machine;
    machine.write("context.sh",
                  "VMID='3'\nSCRIPT_POLICY='once'\n" +
                      start_script("echo ran >>/run/ran\nkill -9 $PPID\nsleep 0.2\n"));
    auto done = machine.shell(R"sh(guest apply || echo "status $?"
guest apply && echo again
cat /run/ran
ls /var/lib/onectx; stat -c %a /var/lib/onectx/scripts)sh");
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK(done.out == "status 137\nagain\nran\nkey\nscripts\n600\n");
}

TEST_CASE("the context says how often its scripts run", "[cli][scripts]")
{
    if (!GuestMachine::is_possible()) return;
    struct Row {
        std::string policy;
        std::string ran;  // at a boot, at another, with another variable, with another script
    };
    for (const auto& row : std::vector<Row>{
             {"every-boot", "start init -start init -start init -new init -"},
             {"once", "start init - - -new -"},
             {"on-change", "start init - -start init -new init -"},
             {"off", "- - - -"},
             // Nothing of it counts, and guest.conf says every boot.
             {"sometimes", "start init -start init -start init -new init -"},
         }) {
        INFO(row.policy);
        GuestMachine machine;
        machine.write("init.sh", "printf 'init ' >>/run/ran\n");
        auto write = [&](const std::string& more, const std::string& word) {
            return "VMID='3'\nSCRIPT_POLICY='" + row.policy + "'\n" + more +
                   start_script("printf '" + word + " ' >>/run/ran\n");
        };
        machine.write("context.sh", write("", "start"));
        machine.write("other.sh", write("OTHER='1'\n", "start"));
        machine.write("new.sh", write("OTHER='1'\n", "new"));
        auto done = machine.shell(R"sh(go() {
    boot "$1"
    guest apply
    guest apply
    printf - >>/run/ran
}
: >/run/ran
go one
go two
cp "$CONTEXT/other.sh" "$CONTEXT/context.sh"
go three
cp "$CONTEXT/new.sh" "$CONTEXT/context.sh"
go four
sed 's/--/- -/g; s/--/- -/g' /run/ran)sh");
        INFO(done.err);
        CHECK(done.status == 0);
        CHECK(done.out == row.ran);
    }
}

TEST_CASE("status shows what failed while another script still runs", "[cli][scripts]")
{
    if (!GuestMachine::is_possible()) return;
    GuestMachine machine;
    machine.write("context.sh", "INIT_SCRIPTS='hang.sh'\n" + start_script("exit 3\n"));
    machine.write("hang.sh", "touch /run/hanging\nwhile [ ! -e /run/go ]; do sleep 0.1; done\n");
    auto done = machine.shell(R"sh(status() {
    "$GUEST" status | sed -n '/  scripts  /,$p' |
        sed "s,[0-9-]*T[0-9:]*Z,TIME,; s/[0-9]* ms/N ms/; s,$CONTEXT[^ ]*,CONTEXT,"
}
begin() {
    rm -f /run/hanging /run/go
    "$GUEST" apply --config /run/guest.conf --context "$CONTEXT" &
    apply=$!
    until [ -e /run/hanging ]; do
        kill -0 $apply
        sleep 0.1
    done
}
boot one
begin
status
"$GUEST" status --json | grep -A 2 '"running": {' | sed 's/[0-9-]*T[0-9:]*Z/TIME/' | tr -d ' \n'
touch /run/go
wait $apply || echo " exit status $?"
status
boot two
begin
kill -9 $apply
wait $apply || true
status | tail -n 3
touch /run/go
boot three
guest apply || true
"$GUEST" status | grep -c 'was ended while it ran'
)sh");
    const std::string failed =
        "  start-script         failed     N ms  exit status 3; see "
        "/var/log/onectx/start-script.log\n";
    CHECK(done.status == 0);
    CHECK(done.out ==
          "TIME  scripts  running  N ms  CONTEXT\n" + failed +
              "  init-script hang.sh  running    since TIME\n"
              "\"running\":{\"name\":\"init-scripthang.sh\",\"since\":\"TIME\" exit status 1\n"
              "TIME  scripts  failed  N ms  CONTEXT\n" +
              failed +
              "  init-script hang.sh  changed    N ms\n"
              "TIME  scripts  failed  N ms  CONTEXT\n" +
              failed +
              "  init-script hang.sh  failed     N ms  onectx-guest was ended while it ran\n"
              "1\n");
}

TEST_CASE("an ISO image's scripts run where nothing may be executed", "[cli][scripts]")
{
    if (!GuestMachine::is_possible()) return;
    GuestMachine machine;
    machine.write("tool", "#!/bin/sh\necho tool\n");
    machine.write("init.sh", "#!/bin/sh\ncat \"${0%/*}/tool\" | head -1\n. ./tool\n");
    machine.write("web.tmpl", "CONTEXT = [ FILES = \"init.sh tool\", TOKEN_TEXT = \"x\" ]\n");
    REQUIRE(run_program({built_program("onectx"), "build", "web.tmpl", "-o", "web.iso"},
                        {.directory = machine.folder.path().string()})
                .status == 0);
    auto done = machine.shell(R"sh(CONTEXT=$CONTEXT/web.iso
guest apply
log init-script_init.sh
find /run/onectx -name 'files.*')sh");
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK(done.out == "#!/bin/sh\ntool\n");
}

}  // namespace onectx::test
