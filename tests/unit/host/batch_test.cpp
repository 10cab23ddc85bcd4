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
        {R"({"template":"t","output":"-"})", "\"output\": standard output is for the results"},
        {R"({"template":1})", "\"template\": expected a string"},
        {R"({"template":""})", "\"template\": expected a name"},
        {R"({"template":"a\u0000b"})", "\"template\": expected a name"},
        {R"({"vmid":"7"})", "\"vmid\": expected a number from 0 to 2147483647"},
        {R"({"vmid":-1})", "\"vmid\": expected a number from 0 to 2147483647"},
        {R"({"vmid":2147483648})", "\"vmid\": expected a number from 0 to 2147483647"},
        {R"({"stime":1.5})", "\"stime\": expected a number from 0 to 9223372036854775807"},
        {R"({"set":[]})", "\"set\": expected an object of strings"},
        {R"({"set":{"A":1}})", "\"set\": expected an object of strings"},
        {R"({"set":{"1A":"x"}})", "\"set\": '1A' cannot name a variable"},
        {R"({"output":"o","template":"t","file":"x"})", "t>o A=base B=base common: x: "},
        {R"({"file":{}})", "\"file\": expected a string or a list of strings"},
        {R"({"files":[1]})", "\"files\": expected a string or a list of strings"},
        {R"({"files":[""]})", "\"files\": expected a name"},
        {R"({"name":7})", "\"name\": expected a string"},
        {R"({"vm":["a"]})", "\"vm\": expected a string"},
        {R"({"image":true})", "\"image\": expected a string or a list of strings"},
        {R"({"strict":"yes"})", "\"strict\": expected true or false"},
        {R"({"no-joliet":1})", "\"no-joliet\": expected true or false"},
        {R"({"init":"all"})", "\"init\": expected none, portable or bundle"},
        {R"({"template":"t","output":"o","label":"a b"})",
         "\"label\": expected 1 to 32 letters, digits, '_', '-' or '.'"},
        {R"({"config":"host.conf"})", "unknown key 'config'"},
        {R"({"files":["x:"]})", "\"files\": 'x:': no name"},
        {R"({"templat":"t"})", "unknown key 'templat'"},
    };
    for (const auto& [line, expected] : cases) {
        CAPTURE(line);
        CHECK(read_line(line) == expected);
    }
}

TEST_CASE("a line of a manifest has the options of build", "[batch]")
{
    BuildOptions base;
    base.input.records.networks = {"all"};
    base.input.values.strict = true;
    auto line = parse_manifest_line(
        R"({"template":"t","output":"o","vm":"v","user":"u","vnet":["a","b"],"image":"i","vmid":1,)"
        R"("name":"n","uid":2,"uname":"un","gid":3,"gname":"gn","stime":4,"strict":false,)"
        R"("compat":true,"label":"L","no-joliet":true,"md5":false,"init":"portable",)"
        R"("guest-binary":"g","token-password-file":"p"})",
        base);
    REQUIRE(line);
    const auto& records = line->input.records;
    CHECK(records.vm == "v");
    CHECK(records.user == "u");
    CHECK(records.networks == std::vector<std::string>{"all", "a", "b"});
    CHECK(records.images == std::vector<std::string>{"i"});
    CHECK(records.ids.vmid == "1");
    CHECK(records.ids.name == "n");
    CHECK(records.ids.uid == "2");
    CHECK(records.ids.uname == "un");
    CHECK(records.ids.gid == "3");
    CHECK(records.ids.gname == "gn");
    CHECK(records.ids.stime == "4");
    CHECK_FALSE(line->input.values.strict);
    CHECK(line->input.values.compat);
    CHECK(line->image.label == "L");
    CHECK_FALSE(line->image.joliet);
    CHECK(line->image.md5 == false);
    CHECK(line->content.init.kind == InitKind::portable);
    CHECK(line->content.init.programs == std::vector<std::string>{"g"});
    CHECK(line->content.token.password_file == "p");
}

TEST_CASE("the output of a line that is wrong", "[batch]")
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"({"output":"o"})", "o"},
        {R"({"output":"o","x":1})", "o"},
        {R"({"output":1})", ""},
        {R"({"template":"t"})", ""},
        {"[]", ""},
        {"{", ""},
        {"", ""},
        {"\"output\"", ""},
    };
    for (const auto& [line, expected] : cases) {
        CAPTURE(line);
        CHECK(named_output(line) == expected);
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
