// Small text functions: the edges that callers rely on.
#include "common/text.h"

#include "common/result.h"
#include "common/secret.h"
#include "tests/support/catch.h"

using std::string_view_literals::operator""sv;

namespace onectx {

TEST_CASE("text: shell names", "[text]")
{
    for (auto name : {"A", "_", "a1", "ETH0_IP"})
        CHECK(is_shell_name(name));
    for (auto name : {"", "1A", "A-B", "A B", "\xC3\xA4", "A="})
        CHECK_FALSE(is_shell_name(name));
}

TEST_CASE("text: trimming, parts, lines and lists", "[text]")
{
    CHECK(trim(" \t\r\n\v\fa b\n") == "a b");
    CHECK(trim(" \n").empty());
    CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
    CHECK(split("", ',') == std::vector<std::string_view>{""});
    CHECK(split_lines("a\n\nb") == std::vector<std::string_view>{"a", "", "b"});
    CHECK(split_lines("a\n") == std::vector<std::string_view>{"a"});
    CHECK(split_lines("").empty());
    CHECK(split_list(" a, b\n,c,,a") == std::vector<std::string>{"a", "b", "c", "a"});
    CHECK(split_list(" ,\n").empty());
    CHECK(split_list("a b c", 2) == std::vector<std::string>{"a", "b"});
    CHECK(split_list("a b", 2) == std::vector<std::string>{"a", "b"});
    CHECK(join({"a", "", "b"}, ", ") == "a, , b");
    CHECK(join({}, ",").empty());
}

TEST_CASE("text: case without a locale", "[text]")
{
    CHECK(to_upper("az_\xC3\xA4") == "AZ_\xC3\xA4");
    CHECK(to_lower("AZ_1") == "az_1");
    CHECK(equals_ignoring_case("Content-Type", "content-TYPE"));
    CHECK_FALSE(equals_ignoring_case("a", "ab"));
}

TEST_CASE("text: numbers are whole, unsigned and in range", "[text]")
{
    CHECK(parse_number("0", 0, 10) == 0);
    CHECK(parse_number("18446744073709551615", 0, UINT64_MAX) == UINT64_MAX);
    for (auto text : {"", "11", "-1", "+1", " 1", "1 ", "0x1", "1.0", "18446744073709551616"})
        CHECK(parse_number(text, 0, 10) == std::nullopt);
    CHECK(parse_number("1", 2, 10) == std::nullopt);
}

TEST_CASE("text: booleans", "[text]")
{
    for (auto text : {"YES", "true", "Y", "on", " 1\n"})
        CHECK(parse_boolean(text) == true);
    for (auto text : {"no", "FALSE", "n", "Off", "0"})
        CHECK(parse_boolean(text) == false);
    for (auto text : {"", "2", "yes please", "YE S"})
        CHECK(parse_boolean(text) == std::nullopt);
}

TEST_CASE("text: bytes in messages", "[text]")
{
    CHECK(to_hex("\0\x7F\xFF"sv) == "007fff");
    CHECK(printable("a\n\x1B[\x7F\0"sv) == "a\\x0a\\x1b[\\x7f\\x00");
    CHECK(printable("\xC2\x9B"
                    "31m\xC2\x80\xC2\x9F"sv) == "\\xc2\\x9b31m\\xc2\\x80\\xc2\\x9f");
    CHECK(printable("\xC2\xA0\xC3\x9B\xE2\x82\xAC\xC2"sv) == "\xC2\xA0\xC3\x9B\xE2\x82\xAC\xC2");
}

TEST_CASE("result: an error reads from the outside in", "[result]")
{
    auto failure = fail_errno("write /etc/hosts", EROFS);
    CHECK(failure.error().message == "write /etc/hosts: Read-only file system");
    CHECK(failure.error().code == EROFS);
    auto outer = in_context("set hostname", Result<int>(failure));
    CHECK(outer.error().message == "set hostname: write /etc/hosts: Read-only file system");
    CHECK(outer.error().code == EROFS);
    CHECK(in_context("set hostname", Result<int>(1)) == 1);
    CHECK(fail("no").error() == Error{"no", 0});
    CHECK(errno_text(99999) == "error 99999");
}

TEST_CASE("result: TRY gives the value or returns the error", "[result]")
{
    auto twice = [](Result<int> number) -> Result<int> { return 2 * TRY(std::move(number)); };
    CHECK(twice(21) == 42);
    CHECK(twice(fail("no")).error().message == "no");
}

TEST_CASE("secret: shows a mark, moves without leaving a copy", "[secret]")
{
    Secret secret(std::string("hunter2"));
    CHECK(to_text(secret) == "(secret)");
    auto moved = std::move(secret);
    CHECK(moved.reveal() == "hunter2");
    CHECK(
        secret.empty());  // NOLINT(bugprone-use-after-move): a moved-from secret is promised empty
    secret = moved;
    CHECK(secret == moved);
}

}  // namespace onectx
