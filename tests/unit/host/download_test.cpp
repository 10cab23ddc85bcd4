// Downloads from a server with every bad manner: what is fetched, what is refused, in which words.
#include "host/download.h"

#include <stdlib.h>

#include "host/content_reader.h"
#include "tests/support/catch.h"
#include "tests/support/web_server.h"

namespace onectx {
namespace {

using test::WebServer;

std::string content_of(const Attachment& attachment)
{
    TreeEntry entry{attachment.path, 0444, attachment.content};
    ContentReader reader(entry);
    std::string text(static_cast<std::size_t>(reader.size()), '\0');
    auto opened = reader.open();
    if (!opened) return opened.error().message;
    auto got = reader.read(text);
    return got ? text : got.error().message;
}

// The name and the content; or the error, in which the address is called URL.
std::string fetch(const std::string& url, const DownloadSettings& settings = {},
                  const std::string& name = "")
{
    auto files = download_files({{url, name}}, settings);
    if (files) return files->at(0).path + ": " + content_of(files->at(0));
    CHECK(files.error().code != 0);
    auto message = files.error().message;
    if (auto found = message.find(url); found != std::string::npos)
        message.replace(found, url.size(), "URL");
    return message;
}

struct Variable {  // of the environment, for a while
    const char* name;
    Variable(const char* variable, const std::string& value) : name(variable)
    {
        setenv(name, value.c_str(), 1);
    }
    ~Variable() { unsetenv(name); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
};

}  // namespace

TEST_CASE("what a server has becomes a file", "[download]")
{
    WebServer server;
    DownloadSettings trusting{.ca_file = server.certificate()};
    CHECK(fetch(server.http("/hello")) == "hello: hello\n");
    CHECK(fetch(server.http("/hello"), {}, "a/b") == "a/b: hello\n");
    CHECK(fetch(server.http("/empty")) == "empty: ");
    CHECK(fetch(server.http("/redirect")) == "redirect: hello\n");
    CHECK(fetch(server.https("/hello"), trusting) == "hello: hello\n");

    auto both = download_files({{server.http("/hello"), ""}, {server.http("/empty"), ""}}, {});
    REQUIRE(both);
    CHECK(both->size() == 2);
    CHECK(content_of(both->at(0)) == "hello\n");
}

TEST_CASE("what is wrong with an answer", "[download]")
{
    WebServer server;
    DownloadSettings small{.max_bytes = 4999};
    DownloadSettings hasty{.total_seconds = 1};
    CHECK(fetch(server.http("/missing")) == "URL: the server answers 404");
    CHECK(fetch(server.http("/missing:a.sh")) ==
          "URL: the server answers 404; a name behind an address needs quotes: '" +
              server.http("/missing") + "':a.sh");
    CHECK(fetch(server.http("/missing:b"), {}, "a.sh") == "URL: the server answers 404");
    CHECK(fetch(server.http("/nowhere")) == "URL: the server answers 300");
    CHECK(fetch(server.http("/half")) == "URL: the answer is cut off");
    CHECK(fetch(server.http("/half-chunk")) == "URL: the answer is cut off");
    CHECK(fetch(server.http("/large"), small) == "URL: larger than 4999 bytes");
    CHECK(fetch(server.http("/large-chunks"), small) == "URL: larger than 4999 bytes");
    CHECK(fetch(server.http("/large"), {.max_bytes = 5000}).starts_with("large: xxx"));
    CHECK(fetch(server.http("/slow"), hasty) == "URL: not there within 1 s");
    CHECK(fetch(server.http("/loop")) == "URL: more than 5 redirections");
    CHECK(fetch(server.http("/to-file")) == "URL: redirected to another kind of address");
    CHECK(fetch("http://127.0.0.1:1/x").starts_with("URL: Failed to connect to 127.0.0.1 port 1"));
}

TEST_CASE("only a trusted certificate of that host will do", "[download]")
{
    WebServer server;
    DownloadSettings trusting{.ca_file = server.certificate()};
    CHECK(fetch(server.https("/hello")).starts_with("URL: the certificate is not trusted: "));
    auto elsewhere = server.https("/hello");
    elsewhere.replace(elsewhere.find("127.0.0.1"), 9, "localhost");
    CHECK(fetch(elsewhere, trusting).starts_with("URL: the certificate is not trusted: "));
    CHECK(fetch(server.https("/to-http"), trusting) ==
          "URL: redirected to another kind of address");
}

TEST_CASE("a proxy is asked, a .netrc is not", "[download]")
{
    WebServer server;
    {
        Variable proxy("http_proxy", server.http(""));
        CHECK(fetch("http://nowhere.invalid/x") == "x: by proxy\n");
    }
    test::TemporaryFolder home;
    test::write_file(home.path() / ".netrc", "machine 127.0.0.1 login me password canary\n");
    auto before = std::string(getenv("HOME") ? getenv("HOME") : "/");
    setenv("HOME", home.path().c_str(), 1);
    CHECK(fetch(server.http("/authorization")) == "authorization: none");
    setenv("HOME", before.c_str(), 1);
}

TEST_CASE("what is wrong with an address is found before anything is fetched", "[download]")
{
    WebServer server;
    auto refused = download_files({{server.http("/slow"), ""}, {"http://a/", ""}}, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error() ==
          Error{"http://a/: no file name in the address; write 'address':name", 0});
    refused = download_files({{"http://a/x", "../x"}}, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message ==
          "http://a/x: '../x' cannot be a name on the image; write path:name");
}

TEST_CASE("a download that finds no room", "[download]")
{
    WebServer server;
    Variable nowhere("TMPDIR", "/nowhere");
    CHECK(fetch(server.http("/hello")) == "URL: a file in /nowhere: No such file or directory");
}

}  // namespace onectx
