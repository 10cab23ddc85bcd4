// The managed line of /etc/hosts: where it stands, and that every other byte stays.
#include "guest/edit/hosts.h"

#include "common/text.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

const HostnameWish kName{"web01", "example.com"};
const std::string kLine = "127.0.1.1 web01.example.com web01 # onectx\n";

TEST_CASE("where the managed line goes", "[hosts]")
{
    struct Row {
        std::string what;
        std::string before;
        std::string after;
    };
    const std::vector<Row> rows{
        {"an empty file", "", kLine},
        {"below localhost", "127.0.0.1 localhost\n::1 localhost\n",
         "127.0.0.1 localhost\n" + kLine + "::1 localhost\n"},
        {"before a foreign line of the same name", "127.0.0.1\tlocalhost\n10.0.0.9\tweb01\n",
         "127.0.0.1\tlocalhost\n" + kLine + "10.0.0.9\tweb01\n"},
        {"before an entry that stands above localhost",
         "# top\n\n10.0.0.9 web01\n127.0.0.1 localhost\n",
         "# top\n\n" + kLine + "10.0.0.9 web01\n127.0.0.1 localhost\n"},
        {"behind comments only", "# nothing\n", "# nothing\n" + kLine},
        {"a missing last line end", "127.0.0.1 localhost", "127.0.0.1 localhost\n" + kLine},
        {"an older name of ours",
         "127.0.0.1 localhost\n10.1.1.1 db\n127.0.1.1 old # onectx\n# end\n",
         "127.0.0.1 localhost\n10.1.1.1 db\n" + kLine + "# end\n"},
        {"our line without a line end", "10.1.1.1 db\n127.0.1.1 old # onectx",
         "10.1.1.1 db\n" + kLine.substr(0, kLine.size() - 1)},
        {"duplicates of ours",
         "127.0.1.1 a # onectx\n10.1.1.1 db\n127.0.1.1 b #onectx\n127.0.1.1 c # onectx \n",
         kLine + "10.1.1.1 db\n"},
        {"the line of the older package",
         "127.0.0.1 web.old web  # one-contextd\n127.0.0.1 localhost\n",
         kLine + "127.0.0.1 localhost\n"},
        {"the older package replaced the localhost line", "127.0.0.1 localhost  # one-contextd\n",
         "127.0.0.1 localhost  # one-contextd\n" + kLine},
        {"localhost under other names", "127.0.0.1 localhost.localdomain localhost web01\n",
         "127.0.0.1 localhost.localdomain localhost web01\n" + kLine},
        {"a comment that only speaks of us", "10.0.0.1 a # not onectx\n",
         kLine + "10.0.0.1 a # not onectx\n"},
        {"line ends of DOS", "127.0.0.1 localhost\r\n10.0.0.1 a\r\n",
         "127.0.0.1 localhost\r\n127.0.1.1 web01.example.com web01 # onectx\r\n10.0.0.1 a\r\n"},
        {"our line with the end of DOS", "127.0.1.1 old # onectx\r\n",
         "127.0.1.1 web01.example.com web01 # onectx\r\n"},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        CHECK(with_host_line(row.before, kName) == row.after);
        CHECK(with_host_line(row.after, kName) == row.after);
    }
    CHECK(with_host_line("", {"web01", ""}) == "127.0.1.1 web01 # onectx\n");
    CHECK(with_host_line("", {"db", "", "web01.example.com"}) ==
          "127.0.1.1 web01.example.com db # onectx\n");
}

TEST_CASE("a bare name stands alone", "[hosts]")
{
    CHECK(with_host_line("", {"web01", ""}) == "127.0.1.1 web01 # onectx\n");
}

TEST_CASE("every foreign byte of hosts stays", "[hosts][law6]")
{
    std::mt19937 random(6);
    const std::vector<std::string> lines{"127.0.0.1 localhost",
                                         "::1\tlocalhost ip6-loopback",
                                         "10.0.0.1 web01 # mine",
                                         "# comment",
                                         "\t",
                                         "web01.example.com"};
    for (int i = 0; i < 200; ++i) {
        auto before = random_text(random, lines);
        auto after = with_host_line(before, kName);
        INFO(printable(before));
        // In any text there is the line once, with one of two ends; without it the text is the old
        // one, but for the line end that a last line had to get.
        auto line = kLine.substr(0, kLine.size() - 1);
        auto at = after.find(line);
        REQUIRE(at != std::string::npos);
        auto end = after.find('\n', at) + 1;
        auto rest = after.substr(0, at) + after.substr(end);
        CHECK((rest == before || rest == before + "\n"));
        CHECK(with_host_line(after, kName) == after);
    }
}

}  // namespace
}  // namespace onectx::test
