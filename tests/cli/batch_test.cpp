// `onectx batch`: results line by line, bad lines among good ones, and what a kill leaves behind.
#include <sys/wait.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
#include "tests/support/desk.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::vector<Json> lines_of(const std::string& text)
{
    std::vector<Json> lines;
    for (std::size_t start = 0; start < text.size();) {
        auto end = text.find('\n', start);
        REQUIRE(end != std::string::npos);
        lines.push_back(Json::parse(text.substr(start, end - start)));
        start = end + 1;
    }
    return lines;
}

std::string job(const std::string& output, const std::string& more = "")
{
    return R"({"template":"t","output":")" + output + "\"" + more + "}\n";
}

}  // namespace

TEST_CASE("a bad line of a batch stops no other", "[cli][batch]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[A=\"$VMID\",FILES=f]\n");
    desk.write("f", "x");
    desk.write("bad", "CONTEXT=[A=]\n");
    desk.write("m", job("1.iso", R"(,"vmid":7,"set":{"B":"x"},"files":["f:g"])") + "nonsense\n" +
                        R"({"template":"bad","output":"3.iso"})"
                        "\n\n" +
                        R"({"template":"no","output":"5.iso"})"
                        "\n" +
                        job("./x/../1.iso") + job("no/7.iso") + job("8.iso", R"(,"vmid":8)"));
    auto done = desk.onectx({"batch", "m"});
    CHECK(done.status == 1);
    CHECK(done.err.empty());
    auto results = lines_of(done.out);
    struct Expected {
        unsigned line;
        std::string output;
        int code;
        std::string error;
    };
    const std::vector<Expected> expected{
        {1, "1.iso", 0, ""},
        {2, "", 3, "not JSON"},
        {3, "3.iso", 3,
         "bad:1:12: missing value; write \"\" for an empty one\n  CONTEXT=[A=]\n             ^"},
        {5, "5.iso", 1, "no: No such file or directory"},
        {6, "./x/../1.iso", 3, "\"output\": the one of line 1"},
        {7, "no/7.iso", 1, "write no/7.iso: No such file or directory"},
        {8, "8.iso", 0, ""},
    };
    REQUIRE(results.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CAPTURE(i);
        const auto& [line, output, code, error] = expected[i];
        CHECK(results[i]["line"] == line);
        CHECK(results[i]["output"] == output);
        CHECK(results[i]["ok"] == (code == 0));
        CHECK(results[i]["code"] == code);
        CHECK(results[i]["error"] == (code == 0 ? Json() : Json(error)));
        CHECK(results[i]["size"] == (code == 0 ? Json(fs::file_size(desk.at(output))) : Json()));
    }
    CHECK(desk.names() == std::vector<std::string>{"1.iso", "8.iso", "bad", "f", "m", "t"});
    auto inspected = desk.onectx({"inspect", "1.iso", "--json", "--verify"});
    REQUIRE(inspected.status == 0);
    auto context = Json::parse(inspected.out)["context"];
    CHECK(context["A"] == "7");
    CHECK(context["B"] == "x");
}

TEST_CASE("a batch makes the image that build makes", "[cli][batch]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[PASSWORD=x]\n");
    REQUIRE(desk.onectx({"build", "t", "-o", "a.iso", "--set", "A=1", "--label", "X"}).status == 0);
    auto done = desk.onectx({"batch", "--set", "A=1", "--label", "X"}, {.input = job("b.iso")});
    CHECK(done.status == 0);
    CHECK((read_file(desk.at("a.iso")) == read_file(desk.at("b.iso"))));
    CHECK(mode_of(desk.at("b.iso")) == 0600);
}

TEST_CASE("the exit code of a batch is that of its worst line", "[cli][batch]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[A=1]\n");
    auto exit_of = [&](const std::string& manifest) {
        return desk.onectx({"batch", "-"}, {.input = manifest}).status;
    };
    CHECK(exit_of("") == 0);
    CHECK(exit_of(job("o")) == 0);
    CHECK(exit_of(job("o") + "x\n") == 3);
    CHECK(exit_of(job("o") + "x\n" + job("no/o")) == 1);
    check(desk.onectx({"batch", "no"}), 1, "onectx: no: No such file or directory\n");
    CHECK(desk.onectx({"batch", "-j", "0"}).status == 2);
}

TEST_CASE("a batch of a thousand lines", "[cli][batch]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[A=1]\n");
    fs::create_directories(desk.at("o"));
    std::string manifest;
    for (int i = 0; i < 1000; ++i)
        manifest += i % 100 == 50 ? "bad\n" : job("o/" + std::to_string(i));
    auto done = desk.onectx({"batch", "-j", "3"}, {.input = manifest});
    CHECK(done.status == 3);
    auto results = lines_of(done.out);
    REQUIRE(results.size() == 1000);
    for (std::size_t i = 0; i < results.size(); ++i)
        REQUIRE(results[i]["line"] == i + 1);
    CHECK(desk.names("o").size() == 990);
}

TEST_CASE("results of a batch come when its manifest pauses", "[cli][batch]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[A=1]\n");
    desk.write("feed", job("1.iso"));
    // The second line is written when the first one's result is there.
    auto done = run_program(
        {"/bin/bash", "-c",
         "coproc \"$0\" batch; cat feed >&${COPROC[1]}; read -r first <&${COPROC[0]}; "
         "ls 1.iso; sed s/1.iso/2.iso/ feed >&${COPROC[1]}; read -r second <&${COPROC[0]}; "
         "ls 2.iso; eval \"exec ${COPROC[1]}>&-\"; wait; echo $first; echo $second",
         built_program("onectx")},
        {.directory = desk.folder.path().string()});
    CHECK(done.err.empty());
    CHECK(done.out.starts_with("1.iso\n2.iso\n{\"line\":1,"));
    CHECK(done.out.contains("\n{\"line\":2,\"output\":\"2.iso\",\"ok\":true,"));
}

TEST_CASE("a batch sees that a template has changed", "[cli][batch]")
{
    Desk desk;
    // Old enough to be kept; the change leaves its size and its time of modification as they were.
    desk.write("t", "CONTEXT=[A=1]\n");
    desk.write("feed", job("1.iso") + job("2.iso"));
    auto done = run_program(
        {"/bin/bash", "-c",
         "touch -d @1 t; sleep 3; coproc \"$0\" batch -j 1; cat feed >&${COPROC[1]}; "
         "read -r first <&${COPROC[0]}; read -r second <&${COPROC[0]}; "
         "sed -i s/1/2/ t; touch -d @1 t; sed 's/1.iso/3.iso/;s/2.iso/4.iso/' feed "
         ">&${COPROC[1]}; eval \"exec ${COPROC[1]}>&-\"; cat <&${COPROC[0]} >rest; wait",
         built_program("onectx")},
        {.directory = desk.folder.path().string()});
    CHECK(done.status == 0);
    CHECK(done.err.empty());
    const std::vector<std::pair<std::string, std::string>> expected{
        {"1.iso", "1"}, {"2.iso", "1"}, {"3.iso", "2"}, {"4.iso", "2"}};
    for (const auto& [image, value] : expected) {
        CAPTURE(image);
        auto inspected = desk.onectx({"inspect", image, "--json"});
        REQUIRE(inspected.status == 0);
        CHECK(Json::parse(inspected.out)["context"]["A"] == value);
    }
}

TEST_CASE("a template of a batch that is kept warns for each line", "[cli][batch]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[A=1,A=2,B=\"$NOBODY\"]\n");
    REQUIRE(run_program({"/bin/sh", "-c", "sleep 3"}).status == 0);
    auto done = desk.onectx({"batch", "-j", "1"}, {.input = job("1.iso") + job("2.iso")});
    CHECK(done.status == 0);
    auto results = lines_of(done.out);
    REQUIRE(results.size() == 2);
    REQUIRE(results[0]["warnings"].size() == 2);
    CHECK(results[0]["warnings"] == results[1]["warnings"]);
}

TEST_CASE("a batch that is killed leaves no partial image", "[cli][batch]")
{
    Desk desk;
    desk.write("t", "CONTEXT=[A=1]\n");
    fs::create_directories(desk.at("o"));
    std::string manifest;
    for (int i = 0; i < 3000; ++i)
        manifest += job("o/" + std::to_string(i));
    desk.write("m", manifest);
    for (const std::string signal : {"KILL", "TERM"}) {
        for (const std::string after : {"0.1", "0.4", "0.9"}) {
            CAPTURE(signal, after);
            static_cast<void>(run_program({"/usr/bin/timeout", "--foreground", "-s", signal, after,
                                           built_program("onectx"), "batch", "m"},
                                          {.directory = desk.folder.path().string()}));
            // Workers see that they are alone, and take away what has no name yet.
            auto is_temporary = [](const std::string& name) { return name.starts_with('.'); };
            auto leftovers = [&] {
                auto names = desk.names("o");
                return std::count_if(names.begin(), names.end(), is_temporary);
            };
            for (int tries = 0; tries < 200 && leftovers() > 0; ++tries)
                usleep(50'000);
            CHECK(leftovers() == 0);
            for (const auto& name : desk.names("o"))
                REQUIRE(fs::file_size(desk.at("o/" + name)) > 0);
            fs::remove_all(desk.at("o"));
            fs::create_directories(desk.at("o"));
        }
    }
}

}  // namespace onectx::test
