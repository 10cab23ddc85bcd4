// MIME messages: parts, encodings, and what is not whole.
#include "guest/user_data/mime.h"

#include "common/limits.h"
#include "tests/support/catch.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

Lines outcome(std::string_view text)
{
    const auto message = parse_mime(text);
    if (!message) return {"fails: " + message.error().message};
    Lines lines;
    for (const auto& part : message->parts)
        lines.push_back(part.type + "|" + part.file_name + "|" + part.body);
    for (const auto& problem : message->problems)
        lines.push_back("problem: " + problem);
    return lines;
}

std::string nested(unsigned depth)
{
    if (depth == 0) return "\nx\n";
    return "Content-Type: multipart/mixed; boundary=b" + std::to_string(depth) + "\n\n--b" +
           std::to_string(depth) + "\n" + nested(depth - 1) + "--b" + std::to_string(depth) +
           "--\n";
}

}  // namespace

TEST_CASE("parts of a message", "[user-data]")
{
    struct Row {
        std::string text;
        Lines expected;
    };
    const std::string head =
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b b\"\n\n";
    for (
        const auto& row : std::vector<Row>{
            {"Content-Type: Text/Cloud-Config\n\n#cloud-config\n",
             {"text/cloud-config||#cloud-config\n"}},
            {"MIME-Version: 1.0\n\n#!/bin/sh\n", {"text/plain||#!/bin/sh\n"}},
            // The line end before a boundary is its own.
            {head + "preamble\n--b b\nContent-Type: text/x-shellscript; charset=\"us-ascii\"\n"
                    "Content-Disposition: attachment; filename=\"set up.sh\"\n\n#!/bin/sh\necho\n"
                    "--b b  \n\nplain\n--b b--\nepilogue\n",
             {"text/x-shellscript|set up.sh|#!/bin/sh\necho", "text/plain||plain"}},
            {"MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=x\r\n\r\n--x\r\n\r\n"
             "a\r\nb\r\n--x--\r\n",
             {"text/plain||a\r\nb"}},
            {head + "--b b\nContent-Transfer-Encoding: base64\n\nI2Nsb3Vk\nLWNvbmZpZwo=\n--b b\n"
                    "content-transfer-encoding: Quoted-Printable\n\nk=3D=C3=A9 =\nv \nx=zz\n"
                    "--b b--\n",
             {"text/plain||#cloud-config\n", "text/plain||k=\xC3\xA9 v\nx=zz"}},
            // A boundary is a whole line.
            {head + "--b b\n\n--b bc\n --b b\n--b b--\n", {"text/plain||--b bc\n --b b"}},
            {head + "--b b\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\n1\n--i\n\n2\n"
                    "--i--\n--b b\n\n3\n--b b--\n",
             {"text/plain||1", "text/plain||2", "text/plain||3"}},
            {head + "--b b\nContent-Transfer-Encoding: base64\n\nb2-\ns=\n--b b--\n",
             {"text/plain||ok"}},
            // What is not whole.
            {head + "--b b\n\nfirst\n--b b\n\ncut o",
             {"text/plain||first", "text/plain||cut o",
              "problem: the end is missing; there may have been more"}},
            {head + "nothing\n", {"problem: a multipart has no parts"}},
            {"Content-Type: multipart/mixed\n\n--x\n", {"fails: a multipart has no boundary"}},
            {head + "--b b\nContent-Transfer-Encoding: base64\n\n***\n--b b\n"
                    "Content-Transfer-Encoding: uuencode\n\nx\n--b b\n\nok\n--b b--\n",
             {"text/plain||ok", "problem: part 1: is no base64",
              "problem: part 1: the transfer encoding 'uuencode' is unknown"}},
            {"MIME-Version: 1.0\nX: " + std::string(kMaxMimeHeaderBytes, 'x') + "\n\n",
             {"fails: the headers of a part are longer than 65536 bytes"}},
            {nested(kMaxMimeDepth), {"fails: more than 8 messages in one another"}},
        }) {
        INFO(row.text.substr(0, 300));
        CHECK(outcome(row.text) == row.expected);
    }
    std::string many = head;
    for (std::size_t i = 0; i <= kMaxMimeParts; ++i)
        many += "--b b\n\nx\n";
    CHECK(outcome(many + "--b b--\n") == Lines{"fails: more than 256 parts"});
}

TEST_CASE("what is a message", "[user-data]")
{
    CHECK(is_mime_message("MIME-Version: 1.0\n\n"));
    CHECK(is_mime_message("From nobody Thu Jan  1 00:00:00 1970\nContent-Type: text/plain\n\n"));
    CHECK(is_mime_message("Subject: x\n folded\nmime-version: 1.0\n"));
    CHECK_FALSE(is_mime_message("#cloud-config\ncontent-type: x\n"));
    CHECK_FALSE(is_mime_message("hostname: web\nruncmd:\n- ls\n"));
    CHECK_FALSE(is_mime_message("#!/bin/sh\nMIME-Version: 1.0\n"));
    CHECK_FALSE(is_mime_message(""));
}

}  // namespace onectx::test
