// The metadata service asked, against one with good and bad manners on loopback
// (tests/support/metadata_server.py), and what is kept of it.
#include "guest/system/metadata.h"

#include "common/shell_vars.h"
#include "guest/system/metadata_cache.h"
#include "guest/system/source_search.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"
#include "tests/support/memory_tree.h"
#include "tests/support/web_server.h"

namespace onectx {

using test::MemoryTree;
using test::WebServer;

namespace {

const WebServer& server()
{
    static const WebServer one("metadata_server.py");
    return one;
}

Policy policy_for(const std::string& mode, MetadataToken token = MetadataToken::prefer)
{
    Policy policy;
    policy.metadata = true;
    policy.metadata_address = server().http(mode);
    policy.metadata_token = token;
    policy.metadata_seconds = 5;
    return policy;
}

// The text, "nobody: WHY" or "error: WHY", with the server's address as SERVER.
std::string outcome(const Policy& policy)
{
    const auto answer = ask_metadata(policy);
    std::string text;
    if (!answer)
        text = "error: " + answer.error().message;
    else
        text = answer->text ? *answer->text : "nobody: " + answer->silence;
    const auto authority = server().http("").substr(7);
    for (auto at = text.find(authority); at != std::string::npos; at = text.find(authority))
        text.replace(at, authority.size(), "SERVER");
    return text;
}

std::string value(const std::string& text, std::string_view name)
{
    return std::string(value_of(parse_shell_vars(text).context, name).value_or("(unset)"));
}

constexpr std::string_view kUuid = "ec2abcde-0000-4000-8000-000000000001";

void put_uuid(MemoryTree& tree)
{
    tree.file("/sys/class/dmi/id/product_uuid", std::string(kUuid) + "\n");
}

// Where the context comes from, and what is said of it.
std::vector<std::string> looked(const FileReader& tree, const Policy& policy, AskMetadata ask)
{
    const auto search = look_at_metadata(tree, policy, ask);
    if (!search) return {"error: " + search.error().message};
    std::vector<std::string> lines = test::to_lines(search->problems);
    if (search->source)
        lines.insert(lines.begin(), search->source->description +
                                        (search->source->is_news ? " (news)" : "") + " " +
                                        value(search->source->text, "EC2_HOSTNAME"));
    return lines;
}

}  // namespace

TEST_CASE("name, keys and user data", "[metadata]")
{
    for (const auto* mode : {"", "/v1", "/v2", "/v2/"}) {
        CAPTURE(mode);
        const auto text = outcome(policy_for(mode));
        CHECK(value(text, "EC2_HOSTNAME") == "web.example.com");
        CHECK(
            value(text, "EC2_PUBLIC_KEY").starts_with("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILaO"));
        CHECK(value(text, "EC2_PUBLIC_KEY").find("a@b\nssh-ed25519 ") != std::string::npos);
        CHECK(value(text, "USER_DATA") == "IyEvYmluL3NoCmVjaG8gaGkK");
        CHECK(value(text, "USER_DATA_ENCODING") == "base64");
    }
    CHECK(value(outcome(policy_for("/names")), "EC2_HOSTNAME") == "web.example.com");
    CHECK(value(outcome(policy_for("/binary")), "USER_DATA") == "H4sA/w==");
    const auto bare = outcome(policy_for("/bare"));
    CHECK(value(bare, "EC2_HOSTNAME") == "YES");
    CHECK(value(bare, "EC2_PUBLIC_KEY") == "(unset)");
    const auto context = outcome(policy_for("/context"));
    CHECK(value(context, "VMID") == "7");
    CHECK(value(context, "SET_HOSTNAME") == "db");
    CHECK(value(context, "USER_DATA") == "(unset)");
}

TEST_CASE("tokens are taken as guest.conf says", "[metadata]")
{
    using enum MetadataToken;
    CHECK(outcome(policy_for("/v1", require)) ==
          "error: metadata: the metadata service gives no token (status 405)");
    CHECK(outcome(policy_for("/odd-token", require)) ==
          "error: metadata: the metadata service gives no token (status 200)");
    CHECK(outcome(policy_for("/v2", never)) ==
          "error: metadata: the metadata service answers /latest/meta-data/local-hostname with "
          "status 401");
    CHECK(value(outcome(policy_for("/odd-token")), "EC2_HOSTNAME") == "web.example.com");
    CHECK(value(outcome(policy_for("/slow-token")), "EC2_HOSTNAME") == "web.example.com");
    auto slow = policy_for("/slow-token", require);
    slow.metadata_seconds = 1;
    CHECK(outcome(slow) == "nobody: ask SERVER: no answer in time");
}

TEST_CASE("an answer that is not whole is an error, and never a context with less in it",
          "[metadata]")
{
    const std::string answers = "error: metadata: the metadata service answers ";
    const std::vector<std::pair<std::string, std::string>> rows{
        {"/refuse", answers + "/latest/meta-data/local-hostname with status 403"},
        {"/broken", answers + "/latest/meta-data/local-hostname with status 500"},
        {"/elsewhere", answers + "/latest/meta-data/local-hostname with status 302"},
        {"/no-user-data", answers + "/latest/user-data with status 500"},
        {"/half", "error: metadata: ask SERVER: the answer ends in the middle"},
        {"/huge", "error: metadata: ask SERVER: the answer is too large"},
        {"/large-name",
         "error: metadata: the metadata service's answer to /latest/meta-data/local-hostname is "
         "too large"},
        {"/key-gone", "error: metadata: public-keys: key 1 is listed and not there"},
        {"/odd-list",
         "error: metadata: public-keys: '<html>\\x1b[2J' is no line of a list of keys"},
        {"/long-list", "error: metadata: public-keys: more than 64 keys"},
        {"/odd-name", "error: metadata: local-hostname: '<html>' is no host name"},
        {"/nul-key", "error: metadata: public-keys: a key with a NUL"},
        {"/nothing", "nobody: the metadata service has nothing for us"},
    };
    for (const auto& [mode, expected] : rows) {
        auto policy = policy_for(mode);
        policy.metadata_seconds = 2;  // what is 500 is asked for again
        CHECK(outcome(policy) == expected);
    }
    for (const auto* mode : {"/endless", "/continues", "/trails"}) {
        CAPTURE(mode);
        auto endless = policy_for(mode);
        endless.metadata_seconds = 1;
        CHECK(outcome(endless) == "error: metadata: ask SERVER: no answer in time");
    }
}

TEST_CASE("nobody there", "[metadata]")
{
    auto policy = policy_for("");
    policy.metadata_address = "http://127.0.0.1:1";
    policy.metadata_seconds = 1;
    CHECK(outcome(policy) ==
          "nobody: ask 127.0.0.1:1: connect to 127.0.0.1 port 1: Connection refused");
}

TEST_CASE("what is kept is this machine's, and only where it can be told", "[metadata]")
{
    MemoryTree tree;
    put_uuid(tree);
    CHECK_FALSE(cached_metadata(tree));
    const auto file = cache_of_metadata("A='1'\n", tree);
    REQUIRE(file);
    CHECK(file->mode == 0600);
    CHECK(file->secret);
    tree.file(std::string(kMetadataCache), file->content);
    CHECK(cached_metadata(tree) == "A='1'\n");
    tree.file("/sys/class/dmi/id/product_uuid", "ec2abcde-0000-4000-8000-000000000002\n");
    CHECK_FALSE(cached_metadata(tree));
    tree.file("/sys/class/dmi/id/product_uuid", "00000000-0000-0000-0000-000000000000\n");
    CHECK_FALSE(cached_metadata(tree));
    CHECK_FALSE(cache_of_metadata("A='1'\n", tree));
}

TEST_CASE("the service and what is kept of it", "[metadata]")
{
    using enum AskMetadata;
    const auto there = policy_for("/v2");
    auto gone = there;
    gone.metadata_address = "http://127.0.0.1:1";
    gone.metadata_seconds = 1;
    const auto broken = policy_for("/half");
    using Lines = std::vector<std::string>;
    const std::string kept(kMetadataCache);
    const std::string refused =
        "warning : ask 127.0.0.1:1: connect to 127.0.0.1 port 1: Connection refused";

    MemoryTree tree;
    put_uuid(tree);
    CHECK(looked(tree, there, never).empty());
    CHECK(looked(tree, gone, for_the_news) == Lines{refused});
    CHECK(looked(tree, there, unless_kept) == Lines{there.metadata_address + " web.example.com"});
    CHECK(looked(tree, broken, for_the_news).front().starts_with("error: metadata: ask "));

    tree.file(kept, std::string(kUuid) + "\nEC2_HOSTNAME='old'\n");
    CHECK(looked(tree, there, never) == Lines{kept + " old"});
    CHECK(looked(tree, there, unless_kept) == Lines{kept + " old"});
    CHECK(looked(tree, there, for_the_news) ==
          Lines{there.metadata_address + " (news) web.example.com"});
    CHECK(looked(tree, gone, for_the_news) == Lines{kept + " old", refused});
    CHECK(looked(tree, broken, for_the_news).front() == kept + " old");

    const auto text = ask_metadata(there)->text;
    tree.file(kept, std::string(kUuid) + "\n" + text.value_or(""));
    CHECK(looked(tree, there, for_the_news) == Lines{there.metadata_address + " web.example.com"});
}

}  // namespace onectx
