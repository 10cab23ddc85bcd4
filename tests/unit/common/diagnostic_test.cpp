// Places in texts, and the lines that go with them: the caret must stand under what is meant, and
// nothing of a hostile text may reach a terminal as a command.
#include "common/diagnostic.h"

#include "tests/support/catch.h"

using std::string_view_literals::operator""sv;

namespace onectx {

TEST_CASE("diagnostic: positions count lines and code points", "[diagnostic]")
{
    struct Row {
        std::string_view text;
        std::size_t offset;
        Position at;
    };
    auto row = GENERATE(values<Row>({
        {"", 0, {1, 1}},
        {"abc", 2, {1, 3}},
        {"abc", 99, {1, 4}},
        {"a\nbc", 1, {1, 2}},
        {"a\nbc", 3, {2, 2}},
        {"a\r\nbc", 4, {2, 2}},
        {"a\n", 2, {2, 1}},
        {"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80x", 9, {1, 4}},
    }));
    CAPTURE(row.text, row.offset);
    CHECK(position_of(row.text, row.offset) == row.at);
}

TEST_CASE("diagnostic: a cursor gives the same places in one walk", "[diagnostic]")
{
    constexpr auto kText =
        "a\r\n\xC3\xA4"
        "b\n\n\x80 c"sv;
    PositionCursor cursor(kText);
    for (std::size_t offset = 0; offset <= kText.size() + 1; ++offset)
        CHECK(cursor.move_to(offset) == position_of(kText, offset));
}

TEST_CASE("diagnostic: the message, the line and a caret under the place", "[diagnostic]")
{
    struct Row {
        std::string_view text;
        std::size_t offset;
        std::string_view expected;
    };
    auto row = GENERATE(values<Row>({
        {"A=1\r\nB='x\nC", 7, "f:2:3: m\n  B='x\n    ^"},
        {"A=1\r\nB='x\nC", 4, "f:1:5: m\n  A=1\n      ^"},
        {"A", 1, "f:1:2: m\n  A\n   ^"},
        {"A\n", 2, "f:2:1: m"},
        {"\t\x1B[31mA\x7F", 6, "f:1:7: m\n    [31mA \n        ^"},
        {"\xC3\xA4 x", 3, "f:1:3: m\n  \xC3\xA4 x\n    ^"},
        // U+009B is a control too; bytes that are no UTF-8 never show, and the caret keeps its
        // place.
        {"\xC2\x9B"
         "1m x",
         5, "f:1:5: m\n   1m x\n      ^"},
        {"\x80\xFF\xC3 x", 4, "f:1:4: m\n     x\n     ^"},
        {"x\xE2\x82", 0, "f:1:1: m\n  x \n  ^"},
        {"A=1\n\0B"sv, 5, "f:2:2: m\n   B\n   ^"},
    }));
    CAPTURE(row.text, row.offset);
    CHECK(format(diagnostic_at(row.text, row.offset, "m"), "f") == row.expected);
}

TEST_CASE("diagnostic: a line is shown up to 120 bytes", "[diagnostic]")
{
    for (std::size_t size : {119U, 120U, 121U, 300U}) {
        auto line = std::string(size, 'x');
        for (std::size_t offset : {std::size_t{0}, size / 2, size}) {
            CAPTURE(size, offset);
            auto expected = size <= 120 ? line : "";
            CHECK(diagnostic_at(line, offset, "m").source_line == expected);
            CHECK(diagnostic_at("a\n" + line + "\r\nb", offset + 2, "m").source_line == expected);
        }
    }
}

}  // namespace onectx
