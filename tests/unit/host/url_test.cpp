// Addresses in FILES: which items are one, the names of their files, what is refused, what is
// hidden.
#include "host/url.h"

#include "tests/support/catch.h"

namespace onectx {
namespace {

std::string name(std::string_view url)
{
    auto name = name_of_url(url);
    return name ? *name : name.error().message;
}

std::string complaint(std::string_view url)
{
    auto checked = check_url(url);
    return checked ? "" : checked.error().message;
}

}  // namespace

TEST_CASE("what an address is", "[files][url]")
{
    for (std::string_view url : {"http://a", "https://a", "HTTP://a", "Https://"})
        CHECK(is_url(url));
    for (std::string_view path :
         {"", "http", "http:/a", "ftp://a", "file:///a", "/http://a", "://"})
        CHECK_FALSE(is_url(path));
}

TEST_CASE("the name of a file from an address", "[files][url]")
{
    CHECK(name("http://a/b/init.sh") == "init.sh");
    CHECK(name("http://a:80/my%20file.txt?x=/y#z/") == "my file.txt");
    CHECK(name("http://a/100%") == "100%");
    CHECK(name("http://a/%zz%4") == "%zz%4");
    CHECK(name("http://a/%C3%A9") == "\xC3\xA9");
    auto refused = [](const std::string& url) {
        return url + ": no file name in the address; write 'address':name";
    };
    for (const std::string url : {"http://a", "http://a/", "http://a?x/y", "http://a/b/..",
                                  "http://a/x%2Fy", "http://a/%00", "http://a/%2e"})
        CHECK(name(url) == refused(url));
}

TEST_CASE("addresses that nobody can ask", "[files][url]")
{
    CHECK(complaint("https://a.b:8443/x?y=@").empty());
    CHECK(complaint("http:///x") == "http:///x: an address without a host");
    CHECK(complaint("http://:80/x") == "http://:80/x: an address without a host");
    CHECK(complaint("http://a/b c") == "http://a/b c: an address has no blanks; write %20");
    CHECK(complaint("http://a/b\r\nHost: c") ==
          "http://a/b\\x0d\\x0aHost: c: an address has no blanks; write %20");
    CHECK(complaint("http://me:canary@a/b") ==
          "http://***@a/b: a password in an address can be read in context.sh");
}

TEST_CASE("passwords in addresses are hidden", "[files][url]")
{
    CHECK(without_credentials("no address @ all") == "no address @ all");
    CHECK(without_credentials("x http://a/@b y") == "x http://a/@b y");
    CHECK(without_credentials("http://u:p@a/b 'https://u@c'") == "http://***@a/b 'https://***@c'");
    CHECK(without_credentials("http://u:p@ss@a") == "http://***@a");
}

}  // namespace onectx
