// How a transfer's words are read: sources with quotes that the driver tore apart, and targets.
#include "common/text.h"
#include "host/transfer/remote_script.h"
#include "host/transfer/sources.h"
#include "host/transfer/target.h"
#include "tests/support/catch.h"

namespace onectx {
namespace {

// "path>name" for each source, or the error.
std::string read_sources(std::string_view line)
{
    auto words = split_words(line);  // as the driver does
    auto requests = parse_sources(words);
    if (!requests) return requests.error().message;
    std::string text;
    for (const auto& request : *requests)
        text += (text.empty() ? "" : "|") + request.path + ">" + request.name;
    return text;
}

std::string read_target(std::string_view text)
{
    auto target = parse_target(text, "front.example.com");
    return target ? target->host + "|" + target->path : target.error().message;
}

}  // namespace

TEST_CASE("sources of a transfer", "[transfer]")
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"/a/context.sh /b", "/a/context.sh>|/b>"},
        {"/a:name", "/a>name"},
        {"/a:'name'", "/a>name"},
        {"/a:\"name\"", "/a>name"},
        {"/a:'my file' /b", "/a>my file|/b>"},
        {"/a:'a b  c d' /b:'e f'", "/a>a b c d|/b>e f"},
        {"/a:'it's' /b", "/a>it's|/b>"},
        {"/a:'it's mine' /b", "/a>it's mine|/b>"},
        {"/a:b:c", "/a>b:c"},
        {"'/a b':c", "/a b>c"},
        {"'/a:b'", "/a:b>"},
        {"'/it's here':'x y'", "/it's here>x y"},
        {"http://h:80/a:b", "http://h:80/a:b>"},
        {"https://h/it's /b", "https://h/it's>|/b>"},
        {"/a:'", "'/a:'': unterminated quote"},
        {"/a:'x y", "'/a:'x y': unterminated quote"},
        {"'/a /b", "''/a /b': unterminated quote"},
        {"/a:", "'/a:': no name"},
        {"/a:''", "'/a:''': no name"},
        {":x", "':x': no path"},
    };
    for (const auto& [line, expected] : cases) {
        CAPTURE(line);
        CHECK(read_sources(line) == expected);
    }
    CHECK(parse_sources(std::vector<std::string>{"/a b:c  d"}) ==
          std::vector<FileRequest>{{"/a b", "c  d"}});
}

TEST_CASE("targets of a transfer", "[transfer]")
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"n1:/a/disk.1", "n1|/a/disk.1"},
        {"n1:/a:b/disk.1", "n1|/a:b/disk.1"},
        {"me@n1:/disk.1", "me@n1|/disk.1"},
        {"[fe80::1%eth0]:/disk.1", "fe80::1%eth0|/disk.1"},
        {":/disk.1", "|/disk.1"},
        {"/disk.1", "|/disk.1"},
        {"localhost:/disk.1", "|/disk.1"},
        {"Front.Example.com:/disk.1", "|/disk.1"},
        {"front:/disk.1", "front|/disk.1"},
        {"n1:disk.1", "target 'n1:disk.1': expected HOST:PATH with an absolute path"},
        {"disk.1", "target 'disk.1': expected HOST:PATH with an absolute path"},
        {"n1:/a/", "target 'n1:/a/': names a directory"},
        {"n1:/", "target 'n1:/': names a directory"},
        {"n1:/a/..", "target 'n1:/a/..': names a directory"},
        {"-l:/a", "target '-l:/a': no host begins with '-'"},
        {"n1:/a\nb", "target 'n1:/a\\x0ab': a byte that no path has"},
    };
    for (const auto& [text, expected] : cases) {
        CAPTURE(text);
        CHECK(read_target(text) == expected);
    }
    CHECK(folder_of({"", "/disk.1"}) == "/");
    CHECK(folder_of({"", "/a/b/disk.1"}) == "/a/b");
}

TEST_CASE("the remote script stands in single quotes and in one line", "[transfer]")
{
    auto command = remote_command({"n1", "/it's/disk.1"}, 7, true);
    CHECK(command.starts_with("exec sh -c 'set -eu; "));
    CHECK(command.ends_with("' onectx '/it'\\''s/disk.1' '/it'\\''s' 7 yes"));
    auto script = command.substr(12, command.find("' onectx") - 12);
    CHECK_FALSE(script.contains('\''));
    CHECK_FALSE(script.contains('\n'));
}

}  // namespace onectx
