// Every rule of `lint` with texts that it finds something in and texts that it leaves alone, every
// message verbatim; and docs/lint.md has a section for each rule, no other, with its severity.
#include <algorithm>
#include <map>

#include "common/limits.h"
#include "common/text.h"
#include "guest/model/script_settings.h"
#include "host/lint/explain.h"
#include "host/lint/lint.h"
#include "host/lint/rules.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/machine.h"

namespace onectx::lint::test {
namespace {

using onectx::test::read_file;
using onectx::test::test_key;

// "xen4/xm", "kvm//q35": hypervisor, toolstack and machine; each may be missing. "files": somebody
// has found something wrong with FILES.
Platform platform_of(std::string_view words)
{
    auto parts = split(words, '/');
    parts.resize(3);
    return {parse_hypervisor(parts[0]), parse_toolstack(parts[1]), parse_machine(parts[2])};
}

const std::vector<ImageFacts> kImages{
    {"1", "ready", "OS", "READY", false},      {"2", "broken", "OS", "ERROR", false},
    {"3", "script", "CONTEXT", "READY", true}, {"4", "taken", "DATABLOCK", "USED_PERS", true},
    {"5", "cd", "CDROM", "READY", false},      {"6", "copying", "OS", "LOCKED", {}},
};

Findings findings_of(std::string_view text, std::string_view platform = "")
{
    auto scan = scan_template(text);
    auto subject = make_subject(text, scan, platform_of(platform), kImages);
    if (platform == "files") subject.file_complaints = {{"FILES", "what is wrong"}};
    return run_rules(subject);
}

struct Row {
    std::string_view rule;
    std::string text;
    std::string_view platform;
    std::string expected;  // "line:column message" of each finding of that rule; empty: none
};

std::string key_line()
{
    return test_key('a');
}

std::vector<Row> text_rows()
{
    return {
        {"syntax", "A=1\n", "", ""},
        {"syntax", "A=x y\nB=1,2\n", "",
         "1:5 expected '=' after y; a value of several words needs quotes\n"
         "2:4 unexpected ','; a value that holds it needs quotes\n"},
        {"duplicate-key", "C=[A=1,B=2]", "", ""},
        {"duplicate-key", "C=[A=1,\n a=2]", "", "2:2 A occurs twice; the first one counts\n"},
        {"context-missing", "CONTEXT=[]", "", ""},
        {"context-missing", "A=1", "", "1:1 no CONTEXT section: the machine gets no context\n"},
        {"context-missing", "A=1\nCONTEXT=x", "",
         "2:1 CONTEXT is a single value: the machine gets no context\n"},
        {"several-contexts", "CONTEXT=[]", "", ""},
        {"several-contexts", "CONTEXT=[]\nCONTEXT=[]\nCONTEXT=[]", "",
         "2:1 a second CONTEXT section; the first one is in line 1\n"
         "3:1 a second CONTEXT section; the first one is in line 1\n"},
        {"variable-name", "CONTEXT=[A1=x, _A=x]", "", ""},
        {"variable-name", "CONTEXT=[1A=x]", "", "1:10 '1A' cannot name a variable of the shell\n"},
        {"value-too-long", "CONTEXT=[A=\"" + std::string(kShellStringBytes - 3, 'x') + "\"]", "",
         ""},
        {"value-too-long", "CONTEXT=[A=\"" + std::string(kShellStringBytes - 2, 'x') + "\"]", "",
         "1:10 A has 131070 bytes: no script of the guest can be started with it (E2BIG)\n"},
        {"value-separator", "CONTEXT=[A=\"@^_ ^@\"]", "", ""},
        {"value-separator", "CONTEXT=[A=\"x@^_^@y\"]", "",
         "1:10 A holds \"@^_^@\", at which OpenNebula cuts values in two\n"},
    };
}

std::vector<Row> variable_rows()
{
    return {
        {"misspelt-variable", "CONTEXT=[PASSWORD=x, ETH12_IP=y, DB_HOST=z]", "", ""},
        {"misspelt-variable", "CONTEXT=[USRNAME=x,\n ETH3_GATEWEY=y]", "",
         "1:10 nothing reads 'USRNAME'; was USERNAME meant?\n"
         "2:2 nothing reads 'ETH3_GATEWEY'; was ETH3_GATEWAY meant?\n"},
        {"unknown-variable", "CONTEXT=[USERNAME=x, USRNAME=x, PATH=x, 1A=x]", "", ""},
        {"unknown-variable", "CONTEXT=[DB_HOST=x]", "",
         "1:10 'DB_HOST' has no meaning but for scripts of your own\n"},
        {"old-variable", "CONTEXT=[SET_HOSTNAME=x]", "", ""},
        {"old-variable", "CONTEXT=[HOSTNAME=x, IP_PUBLIC=y]", "",
         "1:10 HOSTNAME is an old name, which few guests read\n1:22 IP_PUBLIC is an old name, "
         "which few guests read\n"},
        {"environment-name", "CONTEXT=[MY_PATH=x]", "", ""},
        {"environment-name", "CONTEXT=[PATH=x, LD_PRELOAD=y]", "",
         "1:10 PATH is a variable of the system: set in a context, it breaks the scripts of guests "
         "that hand it on\n"
         "1:18 LD_PRELOAD is a variable of the system: set in a context, it breaks the scripts of "
         "guests that hand it on\n"},
        {"host-only-key", "CONTEXT=[FILES=\"\", NETWORK=YES]", "", ""},
        {"host-only-key", "CONTEXT=[FILES=\"/srv/x\"]", "",
         "1:10 FILES shows the paths of the host to the machine\n"},
        {"generated-variable", "CONTEXT=[NETWORK=NO, ETH0_IP=1]", "", ""},
        {"generated-variable", "CONTEXT=[NETWORK=yes, DNS=x, ETH0_DNS=1]", "",
         "1:30 NETWORK = YES makes ETH0_DNS too, and OpenNebula's value wins\n"},
        {"network-not-yes", "NIC=[] CONTEXT=[NETWORK=yes]", "", ""},
        {"network-not-yes", "NIC=[] CONTEXT=[NETWORK=NO]", "", ""},
        {"network-not-yes", "NIC=[] CONTEXT=[ETH0_MAC=x]", "", ""},
        {"network-not-yes", "CONTEXT=[]", "", ""},
        {"network-not-yes", "CONTEXT=[NETWORK=true]", "",
         "1:10 NETWORK 'true': OpenNebula knows only YES, so no ETHx variables are made\n"},
        {"network-not-yes", "NIC=[]\nCONTEXT=[DNS=x]", "",
         "2:10 the machine has a NIC, and its context says nothing of it: NETWORK is not set\n"},
        {"token-not-yes", "CONTEXT=[TOKEN=YES]", "", ""},
        {"token-not-yes", "CONTEXT=[TOKEN=no]", "", ""},
        {"token-not-yes", "CONTEXT=[TOKEN=1]", "",
         "1:10 TOKEN '1': OpenNebula knows only YES, so there is no token for OneGate\n"},
        {"script-dollar", "CONTEXT=[START_SCRIPT=\"echo x\", SET_HOSTNAME=\"$NAME\"]", "", ""},
        {"script-dollar", "CONTEXT=[START_SCRIPT=\"echo $X\", USER_DATA=\"$(\"]", "",
         "1:10 START_SCRIPT holds '$', which OpenNebula replaces or refuses before a shell sees "
         "it\n"
         "1:34 USER_DATA holds '$', which OpenNebula replaces or refuses before a shell sees it\n"},
        {"dollar-syntax", "CONTEXT=[A=\"$NAME $USER[X] \\$\", START_SCRIPT=\"$(\"]", "", ""},
        {"dollar-syntax", "CONTEXT=[A=\"5 $ x\", B=\"x$\", C=\"${NAME}\"]", "",
         "1:10 A: '$' without a name: OpenNebula refuses the whole machine\n"
         "1:21 B: '$' without a name: OpenNebula refuses the whole machine\n"
         "1:29 C: '$' without a name: OpenNebula refuses the whole machine\n"},
        {"dollar-syntax", "CONTEXT=[A=\"$NIC[IP\",\n B=\"$USER[X\", C=\"$NIC[1]\", D=\"$NIC[]\"]",
         "",
         "1:10 A: '[' behind a name is not closed: OpenNebula refuses the whole machine\n"
         "2:2 B: '[' behind a name is not closed: OpenNebula refuses the whole machine\n"
         "2:28 D: '[' behind a name that is not followed by ATTRIBUTE]: OpenNebula refuses the "
         "whole machine\n"},
        {"unknown-reference",
         "MINE=x\nCONTEXT=[A=\"$name $VMID $MINE $USER[X] $NIC[IP]\", START_SCRIPT=\"$X\","
         " FILES_DS=\"$FILE\", CRYPTED_PASSWORD=\"$6$x\"]",
         "", ""},
        {"unknown-reference", "MINE=x\nCONTEXT=[SET_HOSTNAME=\"$NMAE\",\n A=\"$X $X $min\"]", "",
         "2:10 SET_HOSTNAME: nothing here is called '$NMAE'; was $NAME meant?\n"
         "3:2 A: nothing here is called '$X': it becomes empty, unless the machine has it\n"
         "3:2 A: nothing here is called '$MIN'; was $MINE meant?\n"},
        {"file-list", "CONTEXT=[FILES=\"a b\"]", "", ""},
        {"file-list", "CONTEXT=[A=1, FILES=\"a b\"]", "files", "1:15 FILES: what is wrong\n"},
        {"switch", "CONTEXT=[GROW_ROOTFS=no, SECURETTY=\"$X\", DHCP=\"\", NETWORK=maybe]", "", ""},
        {"switch",
         "CONTEXT=[GROW_ROOTFS=maybe, USERNAME_SUDO=perhaps,\n ETH0_ALIAS1_EXTERNAL=x,"
         " USERNAME_PASSWORD_RESET=x]",
         "",
         "1:10 GROW_ROOTFS 'maybe' is neither YES nor NO; it is taken as NO\n"
         "1:29 USERNAME_SUDO 'perhaps' is neither YES nor NO; it is taken as NO\n"
         "2:2 ETH0_ALIAS1_EXTERNAL 'x' is neither YES nor NO; it is taken as NO\n"
         "2:26 USERNAME_PASSWORD_RESET 'x' is neither YES nor NO; it is taken as NO\n"},
        {"number", "CONTEXT=[RETRY_COUNT=3, RETRY_WAIT_PERIOD=0, PCI0_VLAN_ID=4094]", "", ""},
        {"number", "CONTEXT=[RETRY_COUNT=x, RETRY_WAIT_PERIOD=-1, PCI0_VLAN_ID=4095]", "",
         "1:10 RETRY_COUNT 'x' is out of range\n1:25 RETRY_WAIT_PERIOD '-1' is out of range\n"
         "1:47 PCI0_VLAN_ID '4095' is out of range\n"},
        {"host-name", "CONTEXT=[SET_HOSTNAME=\"web-1.example.com\"]", "", ""},
        {"host-name", "CONTEXT=[SET_HOSTNAME=\"$NAME\"]", "", ""},
        {"host-name", "CONTEXT=[SET_HOSTNAME=localhost]", "",
         "1:10 SET_HOSTNAME 'localhost' is no host name of a machine; it keeps the one it has\n"},
        {"host-name", "CONTEXT=[SET_HOSTNAME=\"__\"]", "",
         "1:10 SET_HOSTNAME '__' is no host name of a machine; it keeps the one it has\n"},
        {"host-name", "CONTEXT=[SET_HOSTNAME=my_host]", "",
         "1:10 SET_HOSTNAME 'my_host' is no host name; onectx-guest makes 'my-host' of it, other "
         "guests make what they will\n"},
        {"time-zone", "CONTEXT=[TIMEZONE=\"Etc/GMT+1\"]", "", ""},
        {"time-zone", "CONTEXT=[TIMEZONE=\"/etc/localtime\"]", "",
         "1:10 TIMEZONE '/etc/localtime' is no name of a time zone\n"},
        {"time-zone", "CONTEXT=[TIMEZONE=\"../Berlin\"]", "",
         "1:10 TIMEZONE '../Berlin' is no name of a time zone\n"},
        {"script-policy", "CONTEXT=[SCRIPT_POLICY=On-Change]", "", ""},
        {"script-policy", "CONTEXT=[SCRIPT_POLICY=never]", "",
         "1:10 SCRIPT_POLICY 'never' is no policy; guest.conf of the image decides\n"},
        {"mount",
         "CONTEXT=[GROW_FS=\"/ /data\", DISK1_MOUNT_TAG=t, DISK1_MOUNT_POINT=\"/srv/x\","
         " DISK2_MOUNT_TAG=\"\"]",
         "", ""},
        {"mount", "DISK=[TYPE=FILESYSTEM] CONTEXT=[DISK0_MOUNT_TAG=t]", "", ""},
        {"mount", "CONTEXT=[GROW_FS=data,\n DISK0_MOUNT_TAG=t, DISK3_MOUNT_POINT=\"x/..\"]", "",
         "1:10 GROW_FS: 'data' is no mount point\n"
         "2:2 DISK0_MOUNT_TAG: there is no DISK0_MOUNT_POINT for it\n"
         "2:21 DISK3_MOUNT_POINT: there is no DISK3_MOUNT_TAG for it\n"
         "2:21 DISK3_MOUNT_POINT: 'x/..' is no mount point\n"},
    };
}

std::vector<Row> network_rows()
{
    return {
        {"method", "CONTEXT=[ETH0_METHOD=DHCP, ETH0_IP6_METHOD=auto, ETH1_METHOD=\"$X\"]", "", ""},
        {"method", "CONTEXT=[ETH0_METHOD=virtio, ETH0_IP6_METHOD=slaac, ETH1_METHOD=auto]", "",
         "1:10 ETH0_METHOD 'virtio' is no method: older guests leave the whole interface alone\n"
         "1:30 ETH0_IP6_METHOD 'slaac' is no method: older guests leave the whole interface "
         "alone\n"
         "1:53 ETH1_METHOD 'auto' is no method: older guests leave the whole interface alone\n"},
        {"mask", "CONTEXT=[ETH0_MASK=255.255.255.0, ETH1_MASK=24, ETH2_MASK=\"\"]", "", ""},
        {"mask", "CONTEXT=[ETH0_MASK=255.0.255.0, ETH0_ALIAS1_MASK=33]", "",
         "1:10 ETH0_MASK '255.0.255.0' has holes\n"
         "1:33 ETH0_ALIAS1_MASK '33' is no network mask\n"},
        {"mask", "CONTEXT=[ETH0_MASK=0.0.0.0, ETH1_MASK=0]", "",
         "1:10 ETH0_MASK '0.0.0.0' is no network mask\n"
         "1:29 ETH1_MASK '0' is no network mask\n"},
        {"mask-form", "CONTEXT=[ETH0_MASK=0]", "", ""},
        {"mask-form", "CONTEXT=[ETH0_MASK=255.255.255.0, ETH1_MASK=nonsense]", "", ""},
        {"mask-form", "CONTEXT=[ETH0_MASK=\"/24\"]", "",
         "1:10 ETH0_MASK '/24': older guests read dotted masks only\n"},
        {"prefix-length", "CONTEXT=[ETH0_IP6_PREFIX_LENGTH=64]", "", ""},
        {"prefix-length", "CONTEXT=[ETH0_IP6_PREFIX_LENGTH=129, ETH1_IP6_PREFIX_LENGTH=0]", "",
         "1:10 ETH0_IP6_PREFIX_LENGTH '129' is no length of an IPv6 prefix\n"
         "1:38 ETH1_IP6_PREFIX_LENGTH '0' is no length of an IPv6 prefix\n"},
        {"address",
         "CONTEXT=[ETH0_IP=\"10.0.0.2/24\", ETH0_GATEWAY=10.0.0.1, ETH0_IP6=\"2001:db8::2\","
         " ETH0_GATEWAY6=\"fe80::1\", ETH1_IP=\"$NIC[IP]\"]",
         "", ""},
        {"address", "CONTEXT=[ETH0_IP=10.0.0.256, ETH0_GATEWAY=\"fe80::1\"]", "",
         "1:10 ETH0_IP '10.0.0.256' is no IPv4 address\n"
         "1:30 ETH0_GATEWAY 'fe80::1' is no IPv4 address\n"},
        {"address", "CONTEXT=[ETH0_IP6=10.0.0.2, PCI1_IP6_GATEWAY=x]", "",
         "1:10 ETH0_IP6 '10.0.0.2' is no IPv6 address\n"
         "1:29 PCI1_IP6_GATEWAY 'x' is no IPv6 address\n"},
        {"address", "CONTEXT=[ETH0_IP=\"10.0.0.2/0\", ETH0_IP6=\"2001:db8::2/0\"]", "",
         "1:10 ETH0_IP '10.0.0.2/0' is no IPv4 address\n"
         "1:32 ETH0_IP6 '2001:db8::2/0' is no IPv6 address\n"},
        {"gateway-outside",
         "CONTEXT=[ETH0_IP=10.0.0.2, ETH0_MASK=255.255.255.0, ETH0_GATEWAY=10.0.0.1,"
         " ETH0_IP6=\"2001:db8::2\", ETH0_IP6_GATEWAY=\"2001:db8::1\", ETH1_GATEWAY=10.9.9.9]",
         "", ""},
        {"gateway-outside", "CONTEXT=[ETH0_IP6=\"2001:db8::2\", ETH0_IP6_GATEWAY=\"fe80::1\"]", "",
         ""},
        {"gateway-outside",
         "CONTEXT=[ETH0_IP=10.0.0.2, ETH0_MASK=255.255.255.0,\n"
         "ETH0_GATEWAY=10.0.1.1]",
         "", "2:1 ETH0_GATEWAY '10.0.1.1' is outside 10.0.0.2/24\n"},
        {"gateway-outside", "CONTEXT=[ETH0_IP6=\"2001:db8::2\", ETH0_GATEWAY6=\"2001:db8:1::1\"]",
         "", "1:34 ETH0_GATEWAY6 '2001:db8:1::1' is outside 2001:db8::2/64\n"},
        {"gateway-outside", "CONTEXT=[ETH0_IP=10.0.0.2, ETH0_MASK=\"$X\", ETH0_GATEWAY=10.0.1.1]",
         "", ""},
        {"gateway-outside", "CONTEXT=[ETH0_IP=10.0.0.2, ETH0_GATEWAY=10.0.1.1]", "",
         "1:28 ETH0_GATEWAY '10.0.1.1' is outside 10.0.0.2/24\n"},
        {"mac", "NIC=[MAC=\"02:00:c0:a8:46:96\"] CONTEXT=[ETH0_MAC=02-00-c0-a8-46-96]", "", ""},
        {"mac", "NIC=[MAC=\"02:00:c0:a8:46\"]\nCONTEXT=[ETH0_MAC=x]", "",
         "1:6 MAC '02:00:c0:a8:46' is no MAC address\n2:10 ETH0_MAC 'x' is no MAC address\n"},
        {"nic-without-mac", "CONTEXT=[ETH0_MAC=x, ETH0_IP=y]", "", ""},
        {"nic-without-mac", "CONTEXT=[NETWORK=YES, ETH0_IP=y]", "", ""},
        {"nic-without-mac", "CONTEXT=[ETH0_IP=x, ETH0_MASK=y, ETH1_MAC=z]", "",
         "1:10 ETH0_IP: there is no ETH0_MAC, by which a guest finds the interface\n"},
        {"duplicate-mac",
         "CONTEXT=[ETH0_MAC=02:00:00:00:00:01, ETH1_MAC=02:00:00:00:00:02,"
         " ETH0_ALIAS0_MAC=02:00:00:00:00:01]",
         "", ""},
        {"duplicate-mac",
         "NIC=[MAC=02:00:00:00:00:0a]\nNIC=[MAC=02-00-00-00-00-0A]\n"
         "CONTEXT=[ETH0_MAC=02:00:00:00:00:01,\n ETH1_MAC=02:00:00:00:00:01]",
         "",
         "2:6 MAC 02:00:00:00:00:0a is that of MAC in line 1\n"
         "4:2 ETH1_MAC 02:00:00:00:00:01 is that of ETH0_MAC in line 3\n"},
        {"duplicate-ip", "CONTEXT=[ETH0_IP=10.0.0.1, ETH1_IP=10.0.0.2]", "", ""},
        {"duplicate-ip",
         "NIC=[IP=10.0.0.1] NIC=[IP=10.0.0.1]\n"
         "CONTEXT=[ETH0_IP=10.0.0.1, ETH1_ALIAS0_IP=\"10.0.0.1/8\"]",
         "",
         "1:24 IP 10.0.0.1 is that of IP in line 1\n"
         "2:28 ETH1_ALIAS0_IP 10.0.0.1 is that of ETH0_IP in line 2\n"},
        {"dns", "CONTEXT=[DNS=\"9.9.9.9 2620:fe::9\", ETH0_DNS=\"1.1.1.1,8.8.8.8\"]", "", ""},
        {"dns", "CONTEXT=[DNS=dns9, ETH0_DNS=\"1.1.1.1 x\"]", "",
         "1:10 DNS: 'dns9' is no address\n1:20 ETH0_DNS: 'x' is no address\n"},
        {"routes", "CONTEXT=[ETH0_ROUTES=\"10.8.0.0/16 via 10.0.0.1, default via 10.0.0.2\"]", "",
         ""},
        {"routes", "CONTEXT=[ETH0_ROUTES=\"10.8.0.0/16 via 10.0.0.1, 10.9.0.0/16\"]", "",
         "1:10 ETH0_ROUTES: '10.9.0.0/16' is no route\n"},
        {"routes", "CONTEXT=[ROUTES=1.2.3.4]", "", "1:10 ROUTES: '1.2.3.4' is no route\n"},
        {"nic-unknown", "CONTEXT=[NETWORK=NO]", "", ""},
        {"nic-unknown", "NIC=[MAC=02:00:00:00:00:01] CONTEXT=[NETWORK=YES]", "", ""},
        {"nic-unknown", "CONTEXT=[NETWORK=YES]", "",
         "1:10 NETWORK = YES, and there is no NIC: no ETHx variables are made\n"},
        {"nic-unknown", "NIC=[NETWORK=lan] CONTEXT=[NETWORK=YES]", "",
         "1:6 this NIC has no MAC yet, so that NETWORK = YES makes no variables of it here\n"},
        {"network-type", "CONTEXT=[NETCFG_TYPE=\"nm, Debian systemd\"]", "", ""},
        {"network-type", "CONTEXT=[NETCFG_TYPE=\"nm foo\"]", "",
         "1:10 NETCFG_TYPE: 'foo' is no network back-end\n"},
        {"gateway-interface", "CONTEXT=[GATEWAY_IFACE=9]", "", ""},
        {"gateway-interface", "CONTEXT=[ETH0_MAC=x, PCI1_IP=y, GATEWAY_IFACE=pci1]", "", ""},
        {"gateway-interface", "NIC=[] NIC=[] CONTEXT=[NETWORK=YES, GATEWAY_IFACE=1]", "", ""},
        {"gateway-interface", "NIC=[]\nCONTEXT=[NETWORK=YES, GATEWAY_IFACE=9]", "",
         "2:23 GATEWAY_IFACE '9' is no interface of this context\n"},
        {"mtu", "CONTEXT=[ETH0_MTU=9000, ETH1_MTU=68]", "", ""},
        {"mtu", "CONTEXT=[ETH0_MTU=67, ETH1_MTU=1279, ETH1_IP6=\"2001:db8::2\"]", "",
         "1:10 ETH0_MTU '67' is no MTU\n1:23 ETH1_MTU '1279' is no MTU for IPv6\n"},
        {"metric", "CONTEXT=[ETH0_METRIC=0, ETH0_IP6_METRIC=2147483647]", "", ""},
        {"metric", "CONTEXT=[ETH0_METRIC=-1, ETH0_IP6_METRIC=2147483648]", "",
         "1:10 ETH0_METRIC '-1' is no metric\n1:26 ETH0_IP6_METRIC '2147483648' is no metric\n"},
    };
}

std::vector<Row> account_rows()
{
    return {
        {"plain-password", "CONTEXT=[CRYPTED_PASSWORD_BASE64=eA==, PASSWORD=\"\"]", "", ""},
        {"plain-password", "CONTEXT=[PASSWORD=x]", "",
         "1:10 PASSWORD lets everybody read the password who reads the template, the image or the "
         "CD in the machine\n"},
        {"password-forms", "CONTEXT=[PASSWORD=x]", "", ""},
        {"password-forms", "CONTEXT=[PASSWORD=x, CRYPTED_PASSWORD=y]", "",
         "1:10 PASSWORD has no effect beside CRYPTED_PASSWORD\n"},
        {"crypted-dollar", "CONTEXT=[CRYPTED_PASSWORD=\"*\"]", "", ""},
        {"crypted-dollar", "CONTEXT=[CRYPTED_PASSWORD=\"$6$x\"]", "",
         "1:10 CRYPTED_PASSWORD holds '$', and OpenNebula takes what follows for the name of a "
         "variable\n"},
        {"crypted-password", "CONTEXT=[CRYPTED_PASSWORD=\"$6$x\", CRYPTED_PASSWORD_BASE64=\"eA!\"]",
         "", ""},
        {"crypted-password", "CONTEXT=[CRYPTED_PASSWORD=\"*\", CRYPTED_PASSWORD_BASE64=JDYkeA==]",
         "", ""},
        {"crypted-password", "CONTEXT=[CRYPTED_PASSWORD=abc, CRYPTED_PASSWORD_BASE64=YWJj]", "",
         "1:10 CRYPTED_PASSWORD is no hash of crypt(5): the password stays as it is\n"
         "1:32 CRYPTED_PASSWORD_BASE64 is no hash of crypt(5): the password stays as it is\n"},
        {"user-name", "CONTEXT=[USERNAME=alice]", "", ""},
        {"user-name", "CONTEXT=[USERNAME=\"$USER[X]\"]", "", ""},
        {"user-name", "CONTEXT=[USERNAME=Administrator]", "", ""},
        {"user-name", "CONTEXT=[USERNAME=\"Alice B\"]", "",
         "1:10 USERNAME 'Alice B' is no name of a user\n"},
        {"ssh-key", "CONTEXT=[SSH_PUBLIC_KEY=\"# mine\n" + key_line() + "\n$USER[KEY]\n\"]", "",
         ""},
        {"ssh-key", "CONTEXT=[SSH_PUBLIC_KEY=\"" + key_line() + "\nssh-rsa AAAA\"]", "",
         "1:10 SSH_PUBLIC_KEY: line 2 of it is no public key\n"},
        {"base64", "CONTEXT=[START_SCRIPT_BASE64=\"ZWNobyB4\", PASSWORD_BASE64=\"$X\"]", "", ""},
        {"base64", "CONTEXT=[START_SCRIPT_BASE64=\"echo x!\"]", "",
         "1:10 START_SCRIPT_BASE64 is no base64\n"},
    };
}

std::vector<Row> machine_rows()
{
    return {
        {"name", "NAME=\"web 1\"", "", ""},
        {"name", "NAME=\"" + std::string(128, 'x') + "\"", "", ""},
        {"name", "NAME=\"web/1\"", "", "1:1 NAME holds '/', which OpenNebula refuses in a name\n"},
        {"name", "NAME=\"" + std::string(129, 'x') + "\"", "",
         "1:1 NAME has more than 128 characters\n"},
        {"memory", "MEMORY=512", "", ""},
        {"memory", "MEMORY=1G", "", "1:1 MEMORY '1G' is no positive whole number\n"},
        {"memory", "MEMORY=0", "", "1:1 MEMORY '0' is no positive whole number\n"},
        {"cpu", "CPU=0.5", "", ""},
        {"cpu", "CPU=0.0", "", "1:1 CPU '0.0' is no positive number\n"},
        {"cpu", "CPU=-1", "", "1:1 CPU '-1' is no positive number\n"},
        {"vcpu", "VCPU=2", "", ""},
        {"vcpu", "VCPU=1.5", "", "1:1 VCPU '1.5' is no positive whole number\n"},
        {"capacity-missing", "CPU=1 MEMORY=512", "", ""},
        {"capacity-missing", "CONTEXT=[]", "", ""},
        {"capacity-missing", "CPU=1", "",
         "1:1 there is no MEMORY: OpenNebula makes no machine of this template\n"},
        {"graphics-port", "GRAPHICS=[TYPE=VNC,PORT=5901]", "", ""},
        {"graphics-port", "GRAPHICS=[TYPE=VNC,PORT=5]", "",
         "1:20 PORT '5': the first display has port 5900\n"},
    };
}

std::vector<Row> disk_rows()
{
    return {
        {"target", "DISK=[TARGET=sdaa] CONTEXT=[TARGET=xvdc:cdrom]", "", ""},
        {"target", "CONTEXT=[TARGET=cdrom]", "", "1:10 TARGET 'cdrom' names no disk\n"},
        {"duplicate-target", "DISK=[TARGET=hda] CONTEXT=[TARGET=hdb]", "", ""},
        {"duplicate-target", "DISK=[TARGET=xvda]\nCONTEXT=[TARGET=xvda:cdrom]", "",
         "2:10 TARGET xvda is given to a disk already, in line 1\n"},
        {"target-type", "CONTEXT=[TARGET=hdb:cdrom]", "xen4", ""},
        {"target-type", "CONTEXT=[TARGET=hdb:cdrom]", "", ""},
        {"target-type", "CONTEXT=[TARGET=hdb:cdrom]", "lxc", ""},
        {"target-type", "CONTEXT=[TARGET=hdb:cdrom]", "kvm",
         "1:10 TARGET 'hdb:cdrom': ':cdrom' is of Xen, this hypervisor does not know it\n"},
        {"xen-cdrom", "CONTEXT=[TARGET=xvdc:cdrom]", "xen3", ""},
        {"xen-cdrom", "CONTEXT=[TARGET=xvdc]", "kvm", ""},
        {"xen-cdrom", "CONTEXT=[TARGET=xvdc]", "xen3",
         "1:10 TARGET 'xvdc': the machine gets a hard disk of it, and looks for the CD in vain\n"},
        {"xen-letter", "DISK=[TARGET=xvdp]", "xen4", ""},
        {"xen-letter", "DISK=[TARGET=xvdq] CONTEXT=[TARGET=vdb]", "xen4",
         "1:7 Xen has no disk xvdq\n1:29 Xen has no disk vdb\n"},
        {"xen-raw", "CONTEXT=[DRIVER=raw]", "xen4", ""},
        {"xen-raw", "CONTEXT=[DRIVER=file]", "xen4/xm", ""},
        {"xen-raw", "CONTEXT=[TARGET=xvdc]", "xen3", ""},
        {"xen-raw", "DISK=[DRIVER=\"raw:\"] CONTEXT=[DRIVER=raw]", "xen3",
         "1:7 DRIVER raw: xend refuses it (Block device type \"raw\" is invalid)\n"
         "1:31 DRIVER raw: xend refuses it (Block device type \"raw\" is invalid)\n"},
        {"xen-raw", "CONTEXT=[TARGET=xvdc]", "xen4/xm",
         "1:10 no DRIVER: the xen4 drivers write raw:, and xend refuses it (Block device type "
         "\"raw\" is invalid)\n"},
        {"xen-phy", "DISK=[DRIVER=phy] CONTEXT=[DRIVER=file]", "xen3", ""},
        {"xen-phy", "CONTEXT=[DRIVER=phy]", "xen4", ""},
        {"xen-phy", "CONTEXT=[DRIVER=\"phy:\"]", "xen3",
         "1:10 DRIVER phy: the context is a file, and phy wants a block device (Device ... (vbd) "
         "could not be connected)\n"},
        {"ide-on-machine", "DISK=[TARGET=hda]", "kvm//pc", ""},
        {"ide-on-machine", "DISK=[DEV_PREFIX=vd] OS=[MACHINE=q35]", "", ""},
        {"ide-on-machine", "DISK=[TARGET=hda] DISK=[DEV_PREFIX=hd] OS=[MACHINE=q35]", "",
         "1:7 TARGET 'hda' wants IDE, and a q35 machine has none\n"
         "1:25 DEV_PREFIX 'hd' wants IDE, and a q35 machine has none\n"},
        {"context-bus", "CONTEXT=[TARGET=hdb]", "", ""},
        {"context-bus", "CONTEXT=[TARGET=sdb]", "kvm//q35", ""},
        {"context-bus", "CONTEXT=[TARGET=xvdc]", "xen4", ""},
        {"context-bus", "CONTEXT=[TARGET=vdb]", "kvm",
         "1:10 TARGET 'vdb': the context of a pc machine is on IDE, whatever its name says\n"},
        {"context-bus", "CONTEXT=[DEV_PREFIX=hd]", "kvm//virt",
         "1:10 DEV_PREFIX 'hd': the context of a virt machine is on SATA, whatever its name "
         "says\n"},
        {"cd-bus", "DISK=[TYPE=CDROM,TARGET=hda] DISK=[TYPE=FILE,TARGET=vda]", "", ""},
        {"cd-bus", "DISK=[TYPE=CDROM,TARGET=vda]", "", "1:18 there is no CD drive on virtio\n"},
        {"too-many-disks",
         "DISK=[TARGET=hda] DISK=[TARGET=hdb] DISK=[TARGET=hdc] CONTEXT=[TARGET=hdd]", "", ""},
        {"too-many-disks",
         "DISK=[TARGET=hda] DISK=[TARGET=hdb] DISK=[TARGET=hdc] DISK=[TARGET=hdd]\n"
         "CONTEXT=[TARGET=hde]",
         "", "2:10 more than 4 disks with hd\n"},
    };
}

std::vector<Row> image_rows()
{
    return {
        {"image-type", "DISK=[IMAGE=ready] DISK=[IMAGE=unheard-of]", "", ""},
        {"image-type", "DISK=[IMAGE_ID=3] DISK=[IMAGE=x,IMAGE_TYPE=kernel]", "",
         "1:7 image '3' is of type CONTEXT and can be no disk\n"
         "1:25 image 'x' is of type KERNEL and can be no disk\n"},
        {"image-state", "DISK=[IMAGE=ready] DISK=[IMAGE=x,IMAGE_STATE=2]", "", ""},
        {"image-state",
         "DISK=[IMAGE=broken] DISK=[IMAGE=taken] DISK=[IMAGE=copying] DISK=[IMAGE=x,IMAGE_STATE=3]",
         "",
         "1:7 image 'broken' is in state ERROR\n1:27 image 'taken' is in state USED_PERS\n"
         "1:46 image 'copying' is in state LOCKED\n1:67 image 'x' is in state DISABLED\n"},
        {"image-persistence", "DISK=[IMAGE=taken] DISK=[IMAGE=ready,CLONE=YES]", "", ""},
        {"image-persistence", "DISK=[IMAGE=script] DISK=[IMAGE=x,PERSISTENT=YES,CLONE=YES]", "",
         "1:7 image 'script' is of type CONTEXT and cannot be persistent\n"
         "1:27 image 'x' is persistent, yet CLONE = YES asks for a copy\n"},
        {"cd-writable", "DISK=[IMAGE=cd,READONLY=YES] DISK=[IMAGE=ready,CLONE=YES]", "", ""},
        {"cd-writable", "DISK=[IMAGE=cd,READONLY=NO,CLONE=YES]", "",
         "1:16 READONLY = 'NO' on a CD has no effect: it is read-only, never copied, never saved\n"
         "1:28 CLONE = 'YES' on a CD has no effect: it is read-only, never copied, never saved\n"},
        {"volatile-disk", "DISK=[TYPE=swap,SIZE=1024] DISK=[IMAGE=x]", "", ""},
        {"volatile-disk", "DISK=[TYPE=fs] DISK=[TYPE=swap,SIZE=1G]", "",
         "1:7 a disk that is made for the machine needs a SIZE\n"
         "1:32 SIZE '1G' is no positive whole number\n"},
        {"no-system-disk", "DISK=[IMAGE=x] DISK=[TYPE=swap]", "", ""},
        {"no-system-disk", "DISK=[IMAGE=taken] OS=[KERNEL_DS=x]", "", ""},
        {"no-system-disk", "DISK=[IMAGE=taken] DISK=[TYPE=fs]", "",
         "1:7 no disk of this machine can be booted: each is data, or made empty\n"},
    };
}

std::vector<Row> all_rows()
{
    std::vector<Row> rows;
    for (auto make : {text_rows, variable_rows, network_rows, account_rows, machine_rows, disk_rows,
                      image_rows}) {
        auto more = make();
        rows.insert(rows.end(), more.begin(), more.end());
    }
    return rows;
}

}  // namespace

TEST_CASE("each rule finds what it is for, and nothing else", "[lint]")
{
    for (const auto& row : all_rows()) {
        CAPTURE(row.rule, row.platform);
        INFO(row.text.substr(0, 300));
        std::string found;
        for (const auto& finding : findings_of(row.text, row.platform).list) {
            if (finding.rule != row.rule) continue;
            const auto& what = finding.what;
            found += std::to_string(what.at.line) + ':' + std::to_string(what.at.column) + ' ' +
                     what.message + '\n';
            CHECK_FALSE(finding.fix.empty());
        }
        CHECK(found == row.expected);
    }
}

TEST_CASE("each rule is tested both ways", "[lint]")
{
    std::map<std::string_view, std::pair<int, int>> counts;
    for (const auto& row : all_rows())
        ++(row.expected.empty() ? counts[row.rule].second : counts[row.rule].first);
    CHECK(counts.size() == rules().size());
    for (const auto& rule : rules()) {
        INFO(rule.id);
        CHECK(counts[rule.id].first > 0);
        CHECK(counts[rule.id].second > 0);
    }
}

TEST_CASE("docs/lint.md has a section for each rule, with its severity and a fix", "[lint]")
{
    auto page = read_file(onectx::test::source_folder() / "docs" / "lint.md");
    std::vector<std::string> expected, found;
    for (const auto& rule : rules()) {
        auto head = "### `" + std::string(rule.id) + "` (" + std::string(to_word(rule.severity));
        expected.push_back(head + ')');
    }
    std::size_t fixes = 0;
    for (auto line : split_lines(page)) {
        if (line.starts_with("### ")) found.emplace_back(line);
        if (line.starts_with("Fix: ")) ++fixes;
    }
    CHECK(found == expected);
    CHECK(fixes == expected.size());
}

TEST_CASE("lint and the guest know the same words for a policy", "[lint]")
{
    for (std::string_view word : {"every-boot", "once", "on-change", "off", "never", "", "boot"}) {
        INFO(word);
        auto text = "CONTEXT=[SCRIPT_POLICY=\"" + std::string(word) + "\"]";
        auto list = findings_of(text).list;
        bool is_found = std::any_of(list.begin(), list.end(),
                                    [](const auto& one) { return one.rule == "script-policy"; });
        CHECK(is_found == (!word.empty() && !script_policy_of_word(word)));
    }
}

TEST_CASE("a rule lists so many findings and counts the rest", "[lint]")
{
    std::string text = "CONTEXT=[";
    for (std::size_t i = 0; i < kMaxDiagnostics + 7; ++i)
        text += "ETH" + std::to_string(i) + "_MAC=x,";
    auto findings = findings_of(text + "A_B=1]");
    CHECK(findings.unlisted == 7);
    auto is_mac = [](const auto& one) { return one.rule == "mac"; };
    CHECK(std::count_if(findings.list.begin(), findings.list.end(), is_mac) == kMaxDiagnostics);
}

TEST_CASE("no finding shows a secret", "[lint][secret]")
{
    for (std::string_view text : {
             "CONTEXT=[PASSWORD=\"canary\", PASWORD_X=canary, MY_TOKEN=\"$ canary\"]",
             "CONTEXT=[SSH_PUBLIC_KEY=\"canary\", CRYPTED_PASSWORD=\"$canary\"]",
             "CONTEXT=[START_SCRIPT=\"$(canary)\", START_SCRIPT_BASE64=\"canary!\"]",
             "CONTEXT=[PASSWORD=\"a\n canary\", ETH0_MASK=x]",
             "CONTEXT=[PASSWORD=\"a\n \"canary=b, ETH0_MASK=canary]",
             "CONTEXT=[PASSWORD=\"a$canary\", CRYPTED_PASSWORD=canary, MY_KEY=\"$canary[b\"]",
             "CONTEXT=[A=1,\n FILES=\"http://a:canary@b/c\"]",
             "CONTEXT=[A=\"x@^_^@\", ROOT_PASSWORD=canary, ROOT_PASSWORD=canary]",
         }) {
        INFO(text);
        auto findings = findings_of(text);
        CHECK_FALSE(findings.list.empty());
        for (const auto& report : {report_text(findings, "t", false), report_json(findings)})
            CHECK(report.find("canary") == std::string::npos);
    }
}

}  // namespace onectx::lint::test
