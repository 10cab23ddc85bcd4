// guest.conf: every key, every complaint verbatim, and which files count.
#include "guest/system/config.h"

#include <algorithm>

#include "common/text.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/memory_tree.h"

namespace onectx {

using onectx::test::MemoryTree;

namespace {

Config parsed(std::string_view text)
{
    Config config;
    read_config(text, "guest.conf", config);
    return config;
}

Problem warning(std::string message)
{
    return {"", std::move(message), false};
}

Problem error(std::string message)
{
    return {"", std::move(message), true};
}

// "[section] name" of each item below a heading `.Ss [section]`.
std::vector<std::string> settings_of_manual(std::string_view page)
{
    std::vector<std::string> names;
    std::string section;
    bool is_list_of_values = false;  // of the rules, which stand above the domains
    for (auto line : split_lines(page)) {
        if (line.starts_with(".Ss ")) {
            section = line.substr(4);
            is_list_of_values = section == "[policy]";
        }
        if (line.starts_with(".Sh ")) section.clear();
        if (line == ".El") is_list_of_values = false;
        if (section.empty() || is_list_of_values || !line.starts_with(".It Cm ")) continue;
        // Names up to a default in parentheses or the value.
        for (const auto& word : split_words(line.substr(7))) {
            if (word == "Pq" || word == "Ns") break;
            if (word != ",") names.push_back(section + " " + word);
        }
    }
    return names;
}

}  // namespace

TEST_CASE("onectx-guest.conf(5) has every setting, and no other", "[config]")
{
    auto documented =
        settings_of_manual(test::read_file(test::source_folder() / "man" / "onectx-guest.conf.5"));
    auto known = config_settings();
    std::sort(documented.begin(), documented.end());
    std::sort(known.begin(), known.end());
    CHECK(documented == known);
    CHECK(known.size() > 30);
}

TEST_CASE("every key of guest.conf", "[config]")
{
    const auto config = parsed(
        "; how this image is to be treated\n"
        "[policy]\nhostname = off\nnetwork = no\nusers=OFF\nssh-keys = false ; comment\nswap = 0\n"
        "growing = off\nmounts = off\n[growing]\nlogical-volumes = yes\n"
        "[network]\nbackend = debian\nether-default = dhcp\nlink-names = rename\nmac-to-ip = yes\n"
        "mac-to-ip-macs = 52:54\nmac-to-ip-mask = /20\nmac-to-ip-gateway = 10.0.0.9\n"
        "[swap]\nunlabelled = yes\n"
        "[source]\nwait = 0\nwait-when-expected = 600\nallow-other-vmid = yes\n"
        "metadata = yes\nmetadata-address = http://127.0.0.1:80/x\nmetadata-token = require\n"
        "metadata-seconds = 7\n");
    CHECK(config.problems.empty());
    const auto& policy = config.policy;
    CHECK(policy.hostname == Rule::off);
    CHECK(policy.network == Rule::off);
    CHECK(policy.users == Rule::off);
    CHECK(policy.ssh_keys == Rule::off);
    CHECK(policy.swap == Rule::off);
    CHECK(policy.growing == Rule::off);
    CHECK(policy.mounts == Rule::off);
    CHECK(policy.grow_logical_volumes);
    CHECK(policy.backend == "interfaces");
    CHECK(policy.ether_default == "dhcp");
    CHECK(policy.link_names == LinkNames::rename);
    CHECK(policy.mac_to_ip.enabled);
    CHECK(policy.mac_to_ip.octets == std::array<std::uint8_t, 2>{0x52, 0x54});
    CHECK(policy.mac_to_ip.prefix == 20);
    CHECK(policy.mac_to_ip.gateway == MacGateway::fixed);
    CHECK(to_text(policy.mac_to_ip.fixed_gateway) == "10.0.0.9");
    CHECK(policy.unlabelled_swap);
    CHECK(policy.wait_seconds == 0);
    CHECK(policy.wait_seconds_expected == 600);
    CHECK(policy.allow_other_vmid);
    CHECK(policy.metadata);
    CHECK(policy.metadata_address == "http://127.0.0.1:80/x");
    CHECK(policy.metadata_token == MetadataToken::require);
    CHECK(policy.metadata_seconds == 7);
}

TEST_CASE("rules of the domains", "[config][policy]")
{
    const auto config = parsed(
        "[policy]\nhostname = first-boot\nnetwork = on-change\nusers = on\npasswords = every-boot\n"
        "ssh-keys = enforce\ntimezone = every-boot\nswap = yes\nmounts = first-boot\n"
        "growing = no\n");
    CHECK(config.problems.empty());
    const auto& policy = config.policy;
    CHECK(policy.hostname == Rule::first_boot);
    CHECK(policy.network == Rule::on_change);
    CHECK(policy.users == Rule::on_change);
    CHECK(policy.passwords == Rule::every_boot);
    CHECK(policy.ssh_keys == Rule::enforce);
    CHECK(policy.timezone == Rule::every_boot);
    CHECK(policy.swap == Rule::every_boot);
    CHECK(policy.mounts == Rule::first_boot);
    CHECK(policy.growing == Rule::off);
    // `on` is the default, which is not the same for all.
    CHECK(Policy{}.hostname == Rule::on_change);
    CHECK(Policy{}.swap == Rule::every_boot);
}

TEST_CASE("what the network's keys cannot be", "[config]")
{
    struct Row {
        std::string line, complaint;
    };
    auto row = GENERATE(values<Row>({
        {"link-names = eth", "link-names must be keep, alternative or rename, not 'eth'"},
        {"mac-to-ip = perhaps", "mac-to-ip must be yes or no, not 'perhaps'"},
        {"mac-to-ip-macs = 02", "mac-to-ip-macs must be the first two octets of a MAC, not '02'"},
        {"mac-to-ip-mask = 31", "mac-to-ip-mask must be a mask of 1 to 30 bits, not '31'"},
        {"mac-to-ip-gateway = 10.0.0",
         "mac-to-ip-gateway must be first, last, none or an address, not '10.0.0'"},
    }));
    auto config = parsed("[network]\n" + row.line + "\n");
    CHECK(config.problems ==
          std::vector<Problem>{error("guest.conf:2: [network] " + row.complaint)});
    CHECK_FALSE(config.policy.mac_to_ip.enabled);
}

TEST_CASE("what a file does not say stays as it is", "[config]")
{
    Config config;
    read_config("[policy]\nusers = off\n", "a.conf", config);
    read_config("\xEF\xBB\xBF[policy]\r\nswap = off\r\n", "b.conf", config);
    CHECK(config.problems.empty());
    CHECK(config.policy.users == Rule::off);
    CHECK(config.policy.swap == Rule::off);
    CHECK(is_on(config.policy.hostname));
    CHECK(config.policy.wait_seconds == 3);
}

TEST_CASE("a rule that cannot be read leaves its domain alone", "[config]")
{
    const auto config = parsed("[policy]\nssh-keys = of\nhostname = on-change\n");
    CHECK(config.policy.ssh_keys == Rule::off);
    CHECK(config.policy.hostname == Rule::on_change);
    CHECK(config.policy.users == Policy{}.users);
}

TEST_CASE("complaints name the file and the line", "[config]")
{
    struct Row {
        std::string text;
        Problem problem;
    };
    const std::string where = "guest.conf:2: ";
    const std::vector<Row> rows{
        {"[policy]\nhostname = maybe\n",
         error(where + "[policy] hostname must be on, off, first-boot, on-change, every-boot or "
                       "enforce, not 'maybe'; it is left alone")},
        {"[policy]\npasswords = enforce\n",
         error(where + "[policy] passwords must be on, off, first-boot, on-change or every-boot, "
                       "not 'enforce'; it is left alone")},
        {"[policy]\nhostname =\n",
         error(where + "[policy] hostname must be on, off, first-boot, "
                       "on-change, every-boot or enforce, not ''; it is left alone")},
        {"[policy]\ncolour = red\n",
         error(where + "[policy] colour is no domain; there are hostname, network, users, "
                       "ssh-keys, passwords, timezone, swap, mounts, growing, user-data, ready")},
        {"[colour]\nhostname = on\n", warning(where + "[colour] hostname is unknown and ignored")},
        {"\nhostname = on\n", warning(where + "[] hostname is unknown and ignored")},
        {"[source]\nwait = 601\n",
         error(where + "[source] wait must be a number of seconds, 0 to 600, not '601'")},
        {"[source]\nwait = -1\n",
         error(where + "[source] wait must be a number of seconds, 0 to 600, not '-1'")},
        {"[swap]\nunlabelled = perhaps\n",
         error(where + "[swap] unlabelled must be yes or no, not 'perhaps'")},
        {"[network]\nether-default = UP\n",
         error(where + "[network] ether-default must be leave, up or dhcp, not 'UP'")},
        {"[network]\nbackend = \x1b[2J\n",
         error(where +
               "[network] backend must be interfaces, netplan, networkd, nm, scripts, netlink or "
               "none, not '\\x1b[2J'")},
        {"[policy]\nhostname\n", error(where + "neither a [section] nor NAME = VALUE")},
        {"[policy]\n# " + std::string(5000, 'x') + "\n",
         error(where + "a line that is too long or no text")},
        {std::string("[policy]\nhost\0name = on\n", 23),
         error(where + "a line that is too long or no text")},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(parsed(row.text).problems == std::vector<Problem>{row.problem});
    }
}

TEST_CASE("a bad line spoils no other", "[config]")
{
    const auto config = parsed("[policy]\nhostname = maybe\nnonsense\nusers = off\n");
    CHECK_FALSE(is_on(config.policy.hostname));
    CHECK(is_on(config.policy.network));
    CHECK(config.policy.users == Rule::off);
}

TEST_CASE("which files count, in which order", "[config]")
{
    MemoryTree tree;
    CHECK(load_config(tree, "")->problems.empty());

    tree.file("/etc/onectx/guest.conf", "[source]\nwait = 1\nwait-when-expected = 1\n")
        .file("/etc/onectx/guest.conf.d/20-b.conf", "[source]\nwait = 20\n")
        .file("/etc/onectx/guest.conf.d/10-a.conf", "[source]\nwait = 10\nbad = 1\n")
        .file("/etc/onectx/guest.conf.d/30-c.conf.dpkg-old", "[source]\nwait = 30\n");
    const auto config = load_config(tree, "");
    REQUIRE(config);
    CHECK(config->policy.wait_seconds == 20);
    CHECK(config->policy.wait_seconds_expected == 1);
    CHECK(config->problems ==
          std::vector<Problem>{warning(
              "/etc/onectx/guest.conf.d/10-a.conf:3: [source] bad is unknown and ignored")});
}

TEST_CASE("the file of --config takes the place of all files and must exist", "[config]")
{
    MemoryTree tree;
    tree.file("/etc/onectx/guest.conf", "[policy]\nusers = off\n");
    const test::TemporaryFolder folder;
    const auto file = (folder.path() / "my.conf").string();

    const auto missing = load_config(tree, file);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message == "read " + file + ": No such file or directory");

    test::write_file(file, "[policy]\nswap = off\n");
    const auto config = load_config(tree, file);
    REQUIRE(config);
    CHECK(is_on(config->policy.users));
    CHECK(config->policy.swap == Rule::off);
}

TEST_CASE("a guest.conf that cannot be read is an error: it may forbid something", "[config]")
{
    MemoryTree tree;
    tree.directory("/etc/onectx/guest.conf");
    const auto config = load_config(tree, "");
    REQUIRE_FALSE(config);
    CHECK(config.error().message.starts_with("read /etc/onectx/guest.conf: "));
}

}  // namespace onectx
