// The FILES list and --file: parts, quotes, and what is refused.
#include "host/files.h"
#include "tests/support/catch.h"

namespace onectx {
namespace {

std::string shown(const std::vector<FileRequest>& requests)
{
    std::string text;
    for (const auto& request : requests)
        text += "<" + request.path + "|" + request.name + ">";
    return text;
}

std::string list(std::string_view text)
{
    auto requests = parse_file_list(text);
    return requests ? shown(*requests) : requests.error().message;
}

std::string argument(std::string_view text)
{
    auto request = parse_file_argument(text);
    return request ? shown({*request}) : request.error().message;
}

struct Case {
    std::string_view text;
    std::string_view expected;
};

}  // namespace

TEST_CASE("a list of files", "[files]")
{
    const Case cases[] = {
        {"", ""},
        {" \n\t ", ""},
        {"/a", "</a|>"},
        {"/a /b", "</a|></b|>"},
        {" /a\n/b\r\n\t/c:x ", "</a|></b|></c|x>"},
        {"'/a b':\"c d\"", "</a b|c d>"},
        {"'/a:b'", "</a:b|>"},
        {"/a:'b:c'", "</a|b:c>"},
        {"\"/it's\" /b", "</it's|></b|>"},
        {"/it's:don't", "</it's|don't>"},
        {"dir/", "<dir/|>"},
        {"/a:sub/name", "</a|sub/name>"},
        // What FILES_DS looks like once the core has resolved it (reference 1.6).
        {"/var/lib/one/datastores/2/abc:'init.sh' ", "</var/lib/one/datastores/2/abc|init.sh>"},

        {"/a:b:c", "'/a:b:c': more than one ':'; a part that holds one needs quotes"},
        {"/a:", "'/a:': no name"},
        {":b", "':b': no path"},
        {"''", "'''': no path"},
        {"/a:''", "'/a:''': no name"},
        {"'/a", "''/a': unterminated quote"},
        {"/b '/a'x", "''/a'x': text directly after a closing quote"},
        {"http://a.b/x /c", "<http://a.b/x|></c|>"},
        {"HTTPS://a.b:8443/x:y", "<HTTPS://a.b:8443/x:y|>"},
        {"'https://a.b:8443/x':y \"http://c\":'d e'", "<https://a.b:8443/x|y><http://c|d e>"},
        {"https://a/it's", "<https://a/it's|>"},
        {"/a ftp://me:pw@h/x:y /b", "'ftp://***@h/x:y': only http and https addresses are fetched"},
        {"a s3+x://b", "'s3+x://b': only http and https addresses are fetched"},
        {"'https://me:pw@a/x'y", "''https://***@a/x'y': text directly after a closing quote"},
        {"'https://me:pw@a/x':y:z",
         "''https://***@a/x':y:z': more than one ':'; a part that holds one needs quotes"},
    };
    for (const auto& [text, expected] : cases) {
        INFO("list: " << text);
        CHECK(list(text) == expected);
    }
}

TEST_CASE("one file on the command line", "[files]")
{
    const Case cases[] = {
        {"my file", "<my file|>"},
        {"my file:your file", "<my file|your file>"},
        {"'a:b':c", "<a:b|c>"},
        {"it's", "<it's|>"},
        {"", "an empty path"},
        {"a:b:c", "'a:b:c': more than one ':'; a part that holds one needs quotes"},
        {"http://a.b/x:y", "<http://a.b/x:y|>"},
        {"'http://a.b/x':y", "<http://a.b/x|y>"},
    };
    for (const auto& [text, expected] : cases) {
        INFO("argument: " << text);
        CHECK(argument(text) == expected);
    }
}

}  // namespace onectx
