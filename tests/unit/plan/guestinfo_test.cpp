// A context in VMware's guestinfo, as text: what is taken, and what is refused in which words.
#include "guest/model/guestinfo.h"

#include "common/base64.h"
#include "common/limits.h"
#include "tests/support/catch.h"

namespace onectx {
namespace {

using std::literals::string_view_literals::operator""sv;

std::string outcome(const Result<std::string>& text)
{
    return text ? *text : "error: " + text.error().message;
}

std::string outcome(const Result<CarriedFile>& file)
{
    return file ? file->name + ": " + file->content : "error: " + file.error().message;
}

}  // namespace

TEST_CASE("context.sh in base64", "[guestinfo]")
{
    CHECK(outcome(context_of_guestinfo("QT0nMScK")) == "A='1'\n");
    CHECK(outcome(context_of_guestinfo("QT0n\nMScK\n")) == "A='1'\n");
    CHECK(outcome(context_of_guestinfo("")).empty());
    CHECK(outcome(context_of_guestinfo("A='1'\n")) == "error: no base64");
    CHECK(outcome(context_of_guestinfo("QT0nMScK\0"sv)) == "error: no base64");
    CHECK(outcome(context_of_guestinfo(encode_base64(std::string(kMaxContextBytes + 1, '#')))) ==
          "error: larger than 16 MiB");
}

TEST_CASE("a file: its name, then base64", "[guestinfo]")
{
    const std::vector<std::pair<std::string_view, std::string>> rows{
        {"init.sh\nZWNobyBoaQo=\n", "init.sh: echo hi\n"},
        {" my script.sh \r\nZWNo\nbyBoaQo=\n", "my script.sh: echo hi\n"},
        {"empty\n", "empty: "},
        {"empty", "empty: "},
        {"x\n!!", "error: what follows 'x' is no base64"},
        {"", "error: '' is no name of a file"},
        {"\nZWNo", "error: '' is no name of a file"},
        {"a/b\nZWNo", "error: 'a/b' is no name of a file"},
        {"..\nZWNo", "error: '..' is no name of a file"},
        {"context.sh\nZWNo", "error: 'context.sh' is no name of a file"},
        {"\x1b[2J\nZWNo", "error: '\\x1b[2J' is no name of a file"},
        {"a\0b\nZWNo"sv, "error: 'a\\x00b' is no name of a file"},
    };
    for (const auto& [value, expected] : rows)
        CHECK(outcome(file_of_guestinfo(value)) == expected);
    CHECK(file_of_guestinfo(std::string(255, 'n') + "\n"));
    CHECK_FALSE(file_of_guestinfo(std::string(256, 'n') + "\n"));
}

}  // namespace onectx
