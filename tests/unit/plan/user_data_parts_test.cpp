// What USER_DATA holds once base64, gzip and MIME are off.
#include "guest/user_data/parts.h"

#include "common/base64.h"
#include "common/limits.h"
#include "guest/user_data/inflate.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

// gzip of "#cloud-config\nhostname: web\n".
const std::string kPacked =
    *decode_base64("H4sIAAAAAAACA1NOzskvTdFNzs9Ly0znysgvLslLzE21UihPTeICAMMK++wcAAAA");

Lines outcome(std::string_view value, bool is_base64 = false)
{
    auto split = split_user_data(value, is_base64, "USER_DATA");
    Lines lines;
    for (const auto& part : split.parts)
        lines.push_back(std::string(part.kind == PartKind::script ? "script" : "config") + "|" +
                        part.name + "|" + part.text);
    for (const auto& line : to_lines(split.problems))
        lines.push_back(line);
    return lines;
}

}  // namespace

TEST_CASE("forms of user data", "[user-data]")
{
    struct Row {
        std::string value;
        bool base64;
        Lines expected;
    };
    const std::string config = "#cloud-config\nhostname: web\n";
    const Lines read{"config||" + config};
    const std::string message =
        "Content-Type: multipart/mixed; boundary=x\nMIME-Version: 1.0\n\n--x\n"
        "Content-Type: text/cloud-config\nContent-Disposition: attachment; filename=a.cfg\n\na: b\n"
        "--x\nContent-Type: text/x-shellscript\n\n#!/bin/sh\n--x\n"
        "Content-Type: text/x-shellscript\n\n#cloud-config\nc: d\n--x\n"
        "Content-Type: application/gzip\nContent-Transfer-Encoding: base64\n\n" +
        encode_base64(kPacked) +
        "\n--x\nContent-Type: text/x-shellscript-per-boot\n\n#!/bin/sh\n"
        "--x\nContent-Type: application/pdf\n\n%PDF\n--x--\n";
    for (const auto& row : std::vector<Row>{
             {config, false, read},
             {encode_base64(config), true, read},
             // Without a word about it, too.
             {encode_base64(config), false, read},
             {encode_base64(kPacked), true, read},
             {encode_base64(kPacked), false, read},
             {"\xEF\xBB\xBF\n#Cloud-Config\na: b\n",
              false,
              {"config||\xEF\xBB\xBF\n#Cloud-Config\na: b\n"}},
             {"\n#!/bin/bash\r\necho\r\n", false, {"script||#!/bin/bash\necho\n"}},
             {message,
              false,
              {"config|part 1 ('a.cfg')|a: b", "script|part 2|#!/bin/sh",
               "config|part 3|#cloud-config\nc: d", "config|part 4|" + config,
               "error USER_DATA: part 5: text/x-shellscript-per-boot is not supported",
               "error USER_DATA: part 6: 'application/pdf' is not supported"}},
             {"write_files:\n- path: /x\n",
              false,
              {"config||write_files:\n- path: /x\n",
               "warning USER_DATA: taken for a #cloud-config, though its first line does not say "
               "so"}},
             // What nothing is done with, by its name.
             {"#include\nhttps://h/x\n", false, {"error USER_DATA: #include is not supported"}},
             {"#include-once\nhttps://h/x\n",
              false,
              {"error USER_DATA: #include-once is not supported"}},
             {"#cloud-boothook\n", false, {"error USER_DATA: #cloud-boothook is not supported"}},
             {"#upstart-job\n", false, {"error USER_DATA: #upstart-job is not supported"}},
             {"#part-handler\n", false, {"error USER_DATA: #part-handler is not supported"}},
             {"#cloud-config-archive\n- a\n",
              false,
              {"error USER_DATA: #cloud-config-archive is not supported"}},
             {"#cloud-config-jsonp\n[]\n",
              false,
              {"error USER_DATA: #cloud-config-jsonp is not supported"}},
             {"## template: jinja\n#cloud-config\n",
              false,
              {"error USER_DATA: ## template: jinja is not supported"}},
             {"hello",
              false,
              {"error USER_DATA: begins with none of #cloud-config, #! and headers of MIME"}},
             {"# just a comment\n",
              false,
              {"error USER_DATA: begins with none of #cloud-config, #! and headers of MIME"}},
             {"***", true, {"error USER_DATA: is no base64"}},
             {encode_base64(kPacked.substr(0, 30)),
              true,
              {"error USER_DATA: gzip: ends too early"}},
             {"Content-Type: multipart/mixed\n\n",
              false,
              {"error USER_DATA: MIME: a multipart has no boundary"}},
         }) {
        INFO(row.value);
        CHECK(outcome(row.value, row.base64) == row.expected);
    }
}

TEST_CASE("gzip is bounded and checked", "[user-data]")
{
    CHECK(inflate_gzip(kPacked, 28).value_or("") == "#cloud-config\nhostname: web\n");
    CHECK(inflate_gzip(kPacked + kPacked, 56).value_or("").size() == 56);
    CHECK(inflate_gzip(kPacked, 27).error().message == "is larger than 27 bytes unpacked");
    auto damaged = kPacked;
    damaged[damaged.size() - 6] ^= 1;  // of the checksum
    CHECK(inflate_gzip(damaged, 100).error().message == "is damaged");
    CHECK(inflate_gzip(kPacked + "rest", 100).error().message == "is damaged");
    CHECK(inflate_gzip("\x1F\x8B", 100).error().message == "ends too early");
}

}  // namespace onectx::test
