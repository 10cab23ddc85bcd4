// Base64 both ways: the vectors of RFC 4648, what people do to it by hand, and what is refused.
#include "common/base64.h"

#include "tests/support/catch.h"

using std::string_view_literals::operator""sv;

namespace onectx {

TEST_CASE("base64: the vectors of RFC 4648 go both ways", "[base64]")
{
    struct Row {
        std::string_view bytes, text;
    };
    auto row = GENERATE(Row{"", ""}, Row{"f", "Zg=="}, Row{"fo", "Zm8="}, Row{"foo", "Zm9v"},
                        Row{"foob", "Zm9vYg=="}, Row{"fooba", "Zm9vYmE="},
                        Row{"foobar", "Zm9vYmFy"}, Row{"\0\xFF\xFE"sv, "AP/+"});
    CHECK(encode_base64(row.bytes) == row.text);
    CHECK(decode_base64(row.text) == std::string(row.bytes));
}

TEST_CASE("base64: every byte survives", "[base64]")
{
    std::string bytes;
    for (unsigned round = 0; round < 3; ++round) {
        for (unsigned byte = 0; byte < 256; ++byte)
            bytes += static_cast<char>(byte);
        CHECK(decode_base64(encode_base64(bytes)) == bytes);
        bytes += 'x';
    }
}

TEST_CASE("base64: wrapped lines and missing padding are read", "[base64]")
{
    auto text = GENERATE("Zm9v\nYg==\n"sv, "Zm9vYg"sv, "Zm9vYg="sv, " Zm 9v\r\n\tYg = = "sv);
    CAPTURE(text);
    CHECK(decode_base64(text) == "foob");
}

TEST_CASE("base64: anything else is no base64", "[base64]")
{
    auto text = GENERATE("Z"sv, "Zg==Zg=="sv, "Zg==="sv, "Zm9v="sv, "="sv, "Zh=="sv, "Zm9"sv,
                         "Zm-_"sv, "Zm9v!"sv, "Zm\0v"sv, "Zm\xC3\xA9v"sv);
    CAPTURE(text);
    CHECK(decode_base64(text) == std::nullopt);
}

TEST_CASE("base64: the loose reading passes over what is foreign", "[base64]")
{
    auto text = GENERATE("Zm9v\nYg==\n"sv, "Zm9v..Yg"sv, "*Zm-_9v!Yg=="sv, "Zm9\xC3\xA9vYg=.="sv);
    CAPTURE(text);
    CHECK(decode_base64_loosely(text) == "foob");
    auto wrong = GENERATE("..."sv, "\xC3\xA9"sv, "Z..."sv, "Zg==Zg=="sv, "Zh..=="sv);
    CAPTURE(wrong);
    CHECK(decode_base64_loosely(wrong) == std::nullopt);
    CHECK(decode_base64_loosely(" \n") == "");
}

}  // namespace onectx
