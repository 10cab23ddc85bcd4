// The template grammar: every vector of the reference's appendix B, each trap with the one reading
// we give it, and every message verbatim.
#include "host/template.h"

#include <string>
#include <variant>

#include "common/limits.h"
#include "tests/support/catch.h"
#include "tests/support/templates.h"

using onectx::Diagnostic;
using onectx::format;
using onectx::parse_template;
using onectx::scan_template;
using onectx::TemplateVector;
using onectx::test::shown;
using onectx::test::TemplateCase;

namespace {

std::string parsed_or_error(std::string_view text)
{
    auto parsed = parse_template(text);
    return parsed ? shown(*parsed) : format(parsed.error(), "t");
}

void check(const std::vector<TemplateCase>& cases)
{
    for (const auto& [text, expected] : cases) {
        INFO("template: " << text);
        CHECK(parsed_or_error(text) == expected);
    }
}

}  // namespace

TEST_CASE("the vectors on which the established parser is deterministic", "[template]")
{
    check({
        {"", ""},
        {"\n \t\n# nothing\n", ""},
        {"A=\"x\"\nA=\"y\"\n", "A=<x> A=<y>"},
        {"A=\n", "A=<>"},
        {"A=foo\"bar\"\n", "A=<foo\"bar\">"},
        {"A=''\n", "A=<''>"},
        {"A=x # c\n", "A=<x>"},
        {"A=x#c\n", "A=<x>"},
        {"A\n=1\n", "A=<1>"},
        {"A=\"1\" B=\"2\"\n", "A=<1> B=<2>"},
        {"A=1 B=2\n", "A=<1> B=<2>"},
        {"A=\"[x],=#\"\n", "A=<[x],=#>"},
        {"A=\"a\\\"b\"\n", "A=<a\"b>"},
        {"A=\"t\\n\"\n", "A=<t\\n>"},
        {"A=\"a\\\\b\"\n", "A=<a\\\\b>"},
        {"A=\" two words \"\n", "A=<two words>"},
        {"A=\"two\nlines\"\n", "A=<two\nlines>"},
        {"A=$X/a:b;'c'\n", "A=<$X/a:b;'c'>"},
        {"A=\xC3\xA4\n", "A=<\xC3\xA4>"},
        {"C=[]\n", "C=[]"},
        {"C=[ # nothing\n ]\n", "C=[]"},
        {"C=[a=\"\",b=2]\n", "C=[A=<> B=<2>]"},
        {"C=[a=\"1\",b=2,A=3]\n", "C=[A=<1> B=<2>]"},
        {"C=[\n # c \n a=\"1\",\n # c \n b=\"2\" # c \n]\n", "C=[A=<1> B=<2>]"},
        {"C=[a=1]B=2\n", "C=[A=<1>] B=<2>"},
        {"C=[TARGET=xvdc:cdrom, DRIVER=file:]\n", "C=[TARGET=<xvdc:cdrom> DRIVER=<file:>]"},
    });
}

TEST_CASE("no-break spaces stand where blanks may, and stay in values", "[template]")
{
    check({
        {"\xC2\xA0\nA=1\n\xC2\xA0 B =\"2\"\n", "A=<1> B=<2>"},
        {"C=[\n\xC2\xA0\xC2\xA0 a=1,\n\xC2\xA0 b=2\xC2\xA0\n\xC2\xA0]\n",
         "C=[A=<1> B=<2\xC2\xA0>]"},
        {"A=\"x\xC2\xA0\"\n", "A=<x\xC2\xA0>"},
        {"A\xC2\xA0=1\n",
         "t:1:2: unexpected '\xC2\xA0'; a name is made of letters, digits and '_'\n"
         "  A\xC2\xA0=1\n   ^"},
    });
}

TEST_CASE("names are made upper case and fit for XML", "[template]")
{
    check({
        {"name=1\n", "NAME=<1>"},
        {"_x=1\n", "_X=<1>"},
        {"1a=1\n", "ONE_1A=<1>"},
        {"XML_x=1\n", "ONE_XML_X=<1>"},
        {"xml_x=1\n", "XML_X=<1>"},  // the fix-up looks at the name as typed
        {"C=[1a=1, XMLb=2]\n", "C=[1A=<1> XMLB=<2>]"},
    });
}

TEST_CASE("where the established parser depends on chance, there is one reading", "[template]")
{
    check({
        // The text ends a value and a comment like a line end does; there: a syntax error.
        {"A=", "A=<>"},
        {"A=x", "A=<x>"},
        {"A=x # c", "A=<x>"},
        // A comment after `=`; there: the value c.
        {"A = # c\nB=1\n", "A=<> B=<1>"},
        // CR LF is a line end; there: values with quotes and CR in them.
        {"A=\"x\"\r\nB=y\r\n\r\nC=[\r\n a=1,\r\n b=2 # c\r\n]\r\nD=\r\n",
         "A=<x> B=<y> C=[A=<1> B=<2>] D=<>"},
        // CDATA is of no concern; there: the parse is given up.
        {"A=\"]]>\"\n", "A=<]]>>"},
        // The quote after a backslash never closes, wherever the next one is.
        {"A=\"p\\\" q\"\n", "A=<p\" q>"},
        {"A=\"p\\ \"\n", "A=<p\\>"},  // how to end a value with a backslash
    });
}

TEST_CASE("what has no meaning is refused with its place", "[template]")
{
    check({
        {"A=\"foo\"bar\n",
         "t:1:8: text directly after a closing quote\n  A=\"foo\"bar\n         ^"},
        {"A=\"a b\"c\n", "t:1:8: text directly after a closing quote\n  A=\"a b\"c\n         ^"},
        {"A=\"x\"B=\"y\"\n",
         "t:1:6: text directly after a closing quote\n  A=\"x\"B=\"y\"\n       ^"},
        {"A=\"x\"\rB=1\n", "t:1:6: text directly after a closing quote\n  A=\"x\" B=1\n       ^"},
        {"A=\"x\nB=\"y\"\n",
         "t:2:4: text directly after a closing quote; it was opened in line 1\n  B=\"y\"\n     ^"},
        {"A=1\nB=\"foo\n", "t:2:3: unterminated quote\n  B=\"foo\n    ^"},
        {"A=\"p\\\"\n", "t:1:3: unterminated quote\n  A=\"p\\\"\n    ^"},
        {"A=a b\n",
         "t:1:5: expected '=' after b; a value of several words needs quotes\n  A=a b\n      ^"},
        {"A=a b\nC=1\n",
         "t:1:5: expected '=' after b; a value of several words needs quotes\n  A=a b\n      ^"},
        {"A=1,2\n", "t:1:4: unexpected ','; a value that holds it needs quotes\n  A=1,2\n     ^"},
        {"A=1 ,2\n", "t:1:5: unexpected ',', expected a name\n  A=1 ,2\n      ^"},
        {"A=x=y\n", "t:1:4: unexpected '='; a value that holds it needs quotes\n  A=x=y\n     ^"},
        {"A=#c\n", "t:1:3: unexpected '#'; a value that holds it needs quotes\n  A=#c\n    ^"},
        {"A=]\n", "t:1:3: missing value; write \"\" for an empty one\n  A=]\n    ^"},
        {"A-B=\"1\"\n",
         "t:1:2: unexpected '-'; a name is made of letters, digits and '_'\n  A-B=\"1\"\n   ^"},
        {"\xC3\xA4=1\n", "t:1:1: unexpected '\xC3\xA4', expected a name\n  \xC3\xA4=1\n  ^"},
        {";\n", "t:1:1: unexpected ';', expected a name\n  ;\n  ^"},
        {"A\n", "t:1:1: expected '=' after A; a value of several words needs quotes\n  A\n  ^"},
        {std::string("A=\"\0\"\n", 6), "t:1:4: NUL byte\n  A=\" \"\n     ^"},
    });
}

TEST_CASE("vectors have their own mistakes", "[template]")
{
    check({
        {"C=[a=\"1\",]\n", "t:1:10: unexpected ']' after ','\n  C=[a=\"1\",]\n           ^"},
        {"C=[a=\"1\" b=\"2\"]\n",
         "t:1:10: unexpected 'b', expected ',' or ']'\n  C=[a=\"1\" b=\"2\"]\n           ^"},
        {"C=[a=,b=2]\n",
         "t:1:6: missing value; write \"\" for an empty one\n  C=[a=,b=2]\n       ^"},
        {"C=[a=\n]\n", "t:1:6: missing value; write \"\" for an empty one\n  C=[a=\n       ^"},
        {"C =\n[\n", "t:2:1: unexpected '[', expected a name\n  [\n  ^"},
        {"V=[\"a\"=\"x\"]\n", "t:1:4: unexpected '\"', expected a name\n  V=[\"a\"=\"x\"]\n     ^"},
        {"V=[a=\n\"x\"]\n", "t:1:6: missing value; write \"\" for an empty one\n  V=[a=\n       ^"},
        {"V=[a=[b=1]]\n",
         "t:1:6: unexpected '['; a value that holds it needs quotes\n  V=[a=[b=1]]\n       ^"},
        {"A=1\nV = [ a=1\n", "t:2:5: '[' without ']'\n  V = [ a=1\n      ^"},
        {"V=[a=1,\n", "t:1:3: '[' without ']'\n  V=[a=1,\n    ^"},
    });
}

TEST_CASE("a line that may hold a secret is not shown", "[template][secret]")
{
    check({
        {"PASSWORD=\"canary\"x\n", "t:1:18: text directly after a closing quote"},
        {"PASSWORD=correct canary\n",
         "t:1:18: expected '='; a value of several words needs quotes"},
        {"PASSWORD canary\n", "t:1:1: expected '='; a value of several words needs quotes"},
        // The quote that is missing makes the rest of the value look like a statement.
        {"C=[A=\"x,\n PASSWORD=\"canary\"]\n",
         "t:2:12: text directly after a closing quote; it was opened in line 1"},
        {"C=[A=\"x,\n PASSWORD=\n\" canary\n]\n",
         "t:3:3: unexpected character, expected ',' or ']'"},
        {"PRIVATE_KEY=\"one\ntwo\" canary\n",
         "t:2:6: expected '='; a value of several words needs quotes"},
        // An innocent line is shown, whatever came two names before it.
        {"PASSWORD=canary\nA=1\nB=x y\n",
         "t:3:5: expected '=' after y; a value of several words needs quotes\n  B=x y\n      ^"},
        {"SSH_PUBLIC_KEY=x y\n",
         "t:1:18: expected '=' after y; a value of several words needs quotes\n"
         "  SSH_PUBLIC_KEY=x y\n                   ^"},
    });
    auto parsed = parse_template("C=[PASSWORD=\"a\ncanary\", A=1,\n A=2]\n");
    REQUIRE(parsed);
    CHECK(format(parsed->warnings.at(0), "t") ==
          "t:3:2: A occurs twice; the first one counts\n   A=2]\n   ^");
    parsed = parse_template("C=[A=1, PASSWORD=\"a\ncanary\", A=2]\n");
    REQUIRE(parsed);
    CHECK(format(parsed->warnings.at(0), "t") == "t:2:10: A occurs twice; the first one counts");
}

TEST_CASE("a key that occurs twice is warned of", "[template]")
{
    auto parsed = parse_template("C = [ A = 1,\n  a = 2 ]\n");
    REQUIRE(parsed);
    REQUIRE(parsed->warnings.size() == 1);
    CHECK(format(parsed->warnings[0], "t") ==
          "t:2:3: A occurs twice; the first one counts\n    a = 2 ]\n    ^");
}

TEST_CASE("warnings are listed to a limit and counted beyond", "[template]")
{
    std::string text = "C=[A=1";
    for (std::size_t i = 0; i < onectx::kMaxDiagnostics + 5; ++i)
        text += ",A=2";
    auto parsed = parse_template(text + "]");
    REQUIRE(parsed);
    CHECK(parsed->warnings.size() == onectx::kMaxDiagnostics);
    CHECK(parsed->unlisted == 5);
}

TEST_CASE("places are those of the text", "[template]")
{
    auto parsed = parse_template("A=\"1\n2\"\nC=[x=1,\n y=2]\n");
    REQUIRE(parsed);
    CHECK(parsed->attributes[0].place.line == 1);
    CHECK(parsed->attributes[1].place.line == 3);
    const auto& items = std::get<TemplateVector>(parsed->attributes[1].value);
    CHECK(items[0].place.line == 3);
    CHECK(items[1].place.line == 4);
    CHECK(items[1].place.offset == 17);
}

TEST_CASE("a text too large is refused, not read", "[template]")
{
    CHECK(parsed_or_error(std::string(onectx::kMaxTemplateBytes + 1, '#')) ==
          "t:1:1: the text is longer than 16777216 bytes");
    CHECK(parse_template(std::string(onectx::kMaxTemplateBytes, '#')).has_value());

    std::string names;
    for (std::size_t i = 0; i <= onectx::kMaxVariables; ++i)
        names += "A=\n";
    CHECK(parsed_or_error(names) == "t:65537:1: more than 65536 names\n  A=\n  ^");
}

TEST_CASE("a scan goes on behind an error", "[template][scan]")
{
    struct Row {
        std::string_view text, understood, errors;
    };
    auto row = GENERATE(values<Row>({
        {"A=1\nC=[x=1]\n", "A=<1> C=[X=<1>]", ""},
        {"A=x y\nB=2\n", "A=<x> B=<2>", "1:5 "},
        {"A=1,2\nB=2\n", "B=<2>", "1:4 "},
        {"A-B=1\n=\nB=2\n", "B=<2>", "1:2 2:1 "},
        {"C=[a=x y, b=2,\n c=3]\nD=1\n", "C=[A=<x> B=<2> C=<3>] D=<1>", "1:8 "},
        {"C=[a=\"1\" b=\"2\"]\n", "C=[A=<1> B=<2>]", "1:10 "},
        {"C=[a=\"1\n2\"\nb=\"3\"]\n", "C=[A=<1\n2> B=<3>]", "3:1 "},
        {"C=[a=1,]\nB=2\n", "C=[A=<1>] B=<2>", "1:8 "},
        {"C=[a=, b=2]\n", "C=[B=<2>]", "1:6 "},
        {"C=[a=1, b-c=2, d=3]\n", "C=[A=<1> D=<3>]", "1:10 "},
        {"C=[a=1,\n b=2\n", "C=[A=<1> B=<2>]", "1:3 "},
        // The quote that is missing in the first line hides nothing of what follows it.
        {"A=\"x\nB=\"y\"\nD=1\n", "B=<y> D=<1>", "2:4 "},
        {"C=[a=\"x,\n b=\"y\",\n c=3]\n", "C=[B=<y> C=<3>]", "2:5 "},
        {"A=\"x\nB=1\n", "B=<1>", "1:3 "},
    }));
    CAPTURE(row.text);
    auto scan = scan_template(row.text);
    std::string errors;
    for (const auto& error : scan.errors)
        errors += std::to_string(error.at.line) + ':' + std::to_string(error.at.column) + ' ';
    CHECK(shown(scan.parsed) == row.understood);
    CHECK(errors == row.errors);
    CHECK(scan.is_complete);
    auto parsed = parse_template(row.text);
    CHECK(parsed.has_value() == scan.errors.empty());
    if (!parsed) CHECK(parsed.error() == scan.errors.front());
}

TEST_CASE("a scan ends where a secret may be in pieces", "[template][scan][secret]")
{
    auto scan = scan_template("A=1\nPASSWORD=\"a\n\"canary=x\nB=2\n");
    CHECK(shown(scan.parsed) == "A=<1>");
    REQUIRE(scan.errors.size() == 1);
    CHECK(scan.errors[0].source_line.empty());
    CHECK_FALSE(scan.is_complete);
}

TEST_CASE("a scan lists errors to a limit", "[template][scan]")
{
    std::string text;
    for (std::size_t i = 0; i < onectx::kMaxDiagnostics + 5; ++i)
        text += "A=x y\n";
    auto scan = scan_template(text);
    CHECK(scan.errors.size() == onectx::kMaxDiagnostics + 1);
    CHECK_FALSE(scan.is_complete);
}
