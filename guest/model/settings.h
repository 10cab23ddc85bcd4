// A context as typed, validated wishes. Making it collects every problem, not the first: a value
// that makes no sense drops its own wish and leaves the others.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/context.h"
#include "common/shell_vars.h"
#include "guest/model/account_wish.h"
#include "guest/model/change.h"
#include "guest/model/disk_wishes.h"
#include "guest/model/domain.h"
#include "guest/model/mac_to_ip.h"
#include "guest/model/nic.h"
#include "guest/model/password_wish.h"
#include "guest/model/router_settings.h"
#include "guest/model/rule.h"
#include "guest/model/system_settings.h"
#include "guest/model/user_data_wish.h"

namespace onectx {

struct HostnameWish {
    std::string host;  // the first label, what the kernel is told (RFC 1123, at most 63 characters)
    std::string domain;  // the rest; empty for a bare name
    // The whole name, where it does not begin with `host`: cloud-init has a key for each.
    std::string full = {};
};

struct UserWish {
    std::string name = "root";  // empty: USERNAME was refused, so nothing is done for anybody
    std::string shell;          // USERNAME_SHELL; empty: the first of bash, sh that is there
    std::optional<PasswordWish> password;
    std::vector<std::string>
        ssh_keys;  // one authorized_keys line each, in order, without duplicates
    // SSH_PUBLIC_KEY or EC2_PUBLIC_KEY is set. Set and ssh_keys empty: no line was a key, and what
    // is installed stays; not set: what we installed goes.
    bool keys_given = false;
    bool keep_keys = false;       // not all keys could be read: none that is installed goes
    bool exclusive_keys = false;  // SSH_PUBLIC_KEY_EXCLUSIVE: no other key stays where ours go
    bool sudo = true;             // USERNAME_SUDO; means nothing for root
    bool keep_sudo = false;       // what was said of sudo could not be read: left as it is
    bool reset_password = false;  // USERNAME_PASSWORD_RESET, and no password is given
};

// Keys for one more user, by a variable of his own: BOB_SSH_PUBLIC_KEY, or the older ROOT_PUBKEY.
struct NamedKeys {
    std::string variable;
    std::string user;  // as a variable can name him: "BOB" (see variable_name_of())
    std::vector<std::string> ssh_keys;
};

struct SwapWish {
    bool ignore = false;  // IGNORE_SWAP
};

// Where no name is given: how it follows from the machine's first address.
struct NameOfAddress {
    bool dns = false;  // DNS_HOSTNAME: as DNS has it
    bool ec2 = false;  // EC2_HOSTNAME: ip-10-0-0-5
};

struct Settings {
    std::optional<HostnameWish> hostname;
    std::optional<NameOfAddress> name_of_address;  // absent where `hostname` is there
    UserWish user;
    bool wants_user = false;                    // USERNAME, a password or a key is given
    std::vector<NamedKeys> other_keys;          // none of them the user's
    bool keep_other_keys = false;               // some could not be read: none of them goes
    std::optional<PasswordWish> root_password;  // ROOT_PASSWORD, where the user is not root
    AccountsWish accounts;                      // of user data, besides all that
    UserDataWish user_data;
    SwapWish swap;
    SystemWish system;
    std::optional<RouterWish> router;  // absent: this machine routes for nobody
    GrowWish growing;
    MountsWish mounts;
    std::optional<Network> network;              // absent: no ETHx_MAC, the network is not ours
    std::optional<std::string> network_backend;  // NETCFG_TYPE as written, in lower case
    std::string netplan_renderer;                // NETCFG_NETPLAN_RENDERER as written
    std::string vmid;                            // VMID; empty when the context has none
    ScriptWishes scripts;
    Context variables;   // all of them as they are: for scripts, never for a file of the machine's
    SaidOfDomains said;  // what this was made from, a domain at a time
    std::vector<Problem> problems;
};

// What devices are called: as they are, by another name too, or by another name alone.
enum class LinkNames { keep, alternative, rename };

// Whether a metadata service is asked with a token of its own (IMDSv2): where it gives one, always,
// or never.
enum class MetadataToken { prefer, require, never };

// The policy of the image's owner (guest.conf). What it switches off, no context switches on.
struct Policy {
    Rule hostname = Rule::on_change;
    Rule network = Rule::on_change;
    Rule users = Rule::on_change;      // nothing of an account is done without it
    Rule passwords = Rule::on_change;  // never enforce: a password is its user's
    Rule ssh_keys = Rule::on_change;
    Rule timezone = Rule::on_change;
    Rule swap = Rule::every_boot;
    Rule mounts = Rule::every_boot;
    Rule growing = Rule::every_boot;
    Rule user_data = Rule::on_change;  // once an instance and text of it
    ScriptRules scripts;
    bool ready = true;  // OneGate may be told of READY

    bool grow_logical_volumes = false;    // take what is free in their volume group
    bool unlabelled_swap = false;         // also activate whole-disk swap without the label "swap"
    std::string ether_default = "leave";  // NIC without address and METHOD: leave, up, dhcp
    std::string backend;                  // of the network; empty: detect
    unsigned verify_seconds = 10;         // for addresses and routes to appear in the kernel
    LinkNames link_names = LinkNames::keep;
    MacToIp mac_to_ip;  // where there is no context

    unsigned wait_seconds = 3;            // for the context medium
    unsigned wait_seconds_expected = 30;  // when firmware or saved state says that there is one
    bool onegate_verify = true;           // the server's certificate, where the endpoint is https
    std::string onegate_ca_file;          // authorities for it; empty: the distribution's

    // An EC2-style metadata service, where there is no other source.
    bool metadata = false;
    std::string metadata_address = "http://169.254.169.254";
    MetadataToken metadata_token = MetadataToken::prefer;
    unsigned metadata_seconds = 10;  // for all of it

    bool allow_other_vmid = false;  // accept a medium of another VMID on a running system
};

// What was refused is given, and cannot be read: it is never taken for unset, which would take away
// what an earlier context asked for, or give to root what is somebody else's.
[[nodiscard]] Settings make_settings(const Context& context, const Policy& policy,
                                     const Refusals& refusals = {});

}  // namespace onectx
