// The lines of a manifest: how they come, what they say, and what is said of them.
#include <unistd.h>

#include <array>

#include "common/limits.h"
#include "host/batch/manifest.h"
#include "host/batch/manifest_reader.h"
#include "host/batch/progress.h"
#include "host/batch/result.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx {
namespace {

std::string read_line(std::string_view line)
{
    BuildOptions base;
    base.input.set = {{"A", "base"}, {"B", "base"}};
    base.content.files = {{"common", ""}};
    auto options = parse_manifest_line(line, base);
    if (!options) return options.error().message;
    auto text = options->input.path + ">" + options->output;
    for (const auto& [key, value] : options->input.set)
        text += " " + key + "=" + value;
    for (const auto& file : options->content.files)
        text += " " + file.path + ":" + file.name;
    return text + " " + options->input.records.ids.vmid.value_or("");
}

std::vector<std::pair<std::uint64_t, std::string>> read_all(const std::string& path)
{
    auto reader = ManifestReader::open(path);
    REQUIRE(reader);
    std::vector<std::pair<std::uint64_t, std::string>> lines;
    while (!reader->is_at_end()) {
        while (auto line = reader->next())
            lines.emplace_back(line->number, line->is_too_long ? "(too long)" : line->text);
        REQUIRE(reader->fill());
        while (auto line = reader->next())
            lines.emplace_back(line->number, line->is_too_long ? "(too long)" : line->text);
    }
    return lines;
}

}  // namespace

TEST_CASE("a line of a manifest", "[batch]")
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"({"template":"t","output":"o"})", "t>o A=base B=base common: "},
        {R"({"output":"o","template":"t","vmid":7,"set":{"b":"1","c":""},"files":["x:y","z"]})",
         "t>o A=base B=1 C= common: x:y z: 7"},
        {"", "not JSON"},
        {"{", "not JSON"},
        {R"({"template":"t","output":"o"} x)", "not JSON"},
        {"[]", "expected a JSON object"},
        {R"({"output":"o"})", "no \"template\""},
        {R"({"template":"t"})", "no \"output\""},
        {R"({"template":"-","output":"o"})", "\"template\": standard input is the manifest's"},
        {R"({"template":1})", "\"template\": expected a string"},
        {R"({"template":""})", "\"template\": expected a name"},
        {R"({"template":"a\u0000b"})", "\"template\": expected a name"},
        {R"({"vmid":"7"})", "\"vmid\": expected a number from 0 on"},
        {R"({"vmid":-1})", "\"vmid\": expected a number from 0 on"},
        {R"({"vmid":4294967296})", "\"vmid\": expected a number from 0 on"},
        {R"({"set":[]})", "\"set\": expected an object of strings"},
        {R"({"set":{"A":1}})", "\"set\": expected an object of strings"},
        {R"({"set":{"1A":"x"}})", "\"set\": '1A' cannot name a variable"},
        {R"({"files":"x"})", "\"files\": expected a list of strings"},
        {R"({"files":[1]})", "\"files\": expected a list of strings"},
        {R"({"files":["x:"]})", "\"files\": 'x:': no name"},
        {R"({"templat":"t"})", "unknown key 'templat'"},
    };
    for (const auto& [line, expected] : cases) {
        CAPTURE(line);
        CHECK(read_line(line) == expected);
    }
}

TEST_CASE("the lines of a manifest come whole", "[batch]")
{
    test::TemporaryFolder folder;
    auto path = (folder.path() / "m").string();
    using Lines = std::vector<std::pair<std::uint64_t, std::string>>;
    test::write_file(path, "");
    CHECK(read_all(path).empty());
    test::write_file(path, "a\n\n  b \r\nc");
    CHECK(read_all(path) == Lines{{1, "a"}, {3, "b"}, {4, "c"}});
    std::string longest(kMaxManifestLineBytes, 'x');
    test::write_file(path, longest + "\n" + longest + "y\nz\n" + longest + longest);
    CHECK(read_all(path) == Lines{{1, longest}, {2, "(too long)"}, {3, "z"}, {4, "(too long)"}});

    auto missing = ManifestReader::open((folder.path() / "no").string());
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message.ends_with("/no: No such file or directory"));
    CHECK_FALSE(ManifestReader::open(folder.path().string()));
}

TEST_CASE("results of a batch", "[batch]")
{
    CHECK(batch_json({.line = 1, .output = "o", .size = 2}) ==
          R"({"line":1,"output":"o","ok":true,"size":2,"error":null,"code":0})"
          "\n");
    CHECK(
        batch_json({.line = 2, .output = "\xFF", .code = 3, .error = "a\nb", .warnings = {"w"}}) ==
        "{\"line\":2,\"output\":\"\xEF\xBF\xBD\",\"ok\":false,\"size\":null,\"error\":\"a\\nb\","
        "\"code\":3,\"warnings\":[\"w\"]}\n");
}

TEST_CASE("the progress of a batch", "[batch]")
{
    CHECK(progress_text(std::nullopt, 7, 0) == "7 images");
    CHECK(progress_text(50, 7, 2) == "[===============               ]  50%  7 images, 2 failed");
    CHECK(progress_text(100, 0, 0) == "[" + std::string(30, '=') + "] 100%  0 images");
}

}  // namespace onectx
