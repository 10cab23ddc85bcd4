// The native syntax as OpenNebula's own parser reads it: each vector of the reference's appendix B
// and each row of its table of lexical rules.
#include "host/template_compat.h"

#include <string>

#include "common/limits.h"
#include "host/records.h"
#include "host/template_context.h"
#include "tests/support/catch.h"
#include "tests/support/templates.h"

namespace onectx::test {
namespace {

std::string parsed_or_error(std::string_view text)
{
    auto parsed = parse_template_compat(text);
    return parsed ? shown(*parsed) : format(parsed.error(), "t");
}

void check(const std::vector<TemplateCase>& cases)
{
    for (const auto& [text, expected] : cases) {
        INFO("template: " << text);
        CHECK(parsed_or_error(text) == expected);
    }
}

std::string context_or_error(std::string_view text)
{
    auto parsed = parse_template_compat(text);
    REQUIRE(parsed);
    auto result = context_of(*parsed, text, Dialect::compat);
    if (!result) return format(result.error(), "t");
    std::string names;
    for (const auto& [name, value] : result->context)
        names += name + ' ';
    return names;
}

}  // namespace

TEST_CASE("compat: the vectors that parse", "[template][compat]")
{
    check({
        {"", ""},
        {"A=\"x\"\nA=\"y\"\n", "A=<x> A=<y>"},
        {"A=\n", "A=<>"},
        {"A = \t\nB=1\n", "A=<> B=<1>"},
        {"A=foo\"bar\"\n", "A=<foo\"bar\">"},
        {"A=\"foo\"bar\n", "A=<\"foo\"bar>"},
        {"A=''\n", "A=<''>"},
        {"A=x # c\n", "A=<x>"},
        {"A=x#c\n", "A=<x>"},
        {"A = # c\n", "A=<c>"},
        {"A\n =1\n", "A=<1>"},
        {"A=\"1\" B=\"2\"\n", "A=<1> B=<2>"},
        {"A=\"[x],=#\"\n", "A=<[x],=#>"},
        {"A=\"a\\\"b\"\n", "A=<a\"b>"},
        {"A=\"t\\n\"\n", "A=<t\\n>"},
        {"A=\"a\\\\b\"\n", "A=<a\\\\b>"},
        {"A=\" two\nlines \"\n", "A=<two\nlines>"},
        {"A=\xC3\xA4:/$;\n", "A=<\xC3\xA4:/$;>"},
        {"C=[]\n", "C=[]"},
        {"C=[a=\"1\",b=2,A=3]\n", "C=[A=<1> B=<2>]"},
        {"C=[a=\"\",b=2]\n", "C=[A=<> B=<2>]"},
        {"C=[\n # c \n a=\"1\",\n # c \n b=\"2\" # c \n]\n", "C=[A=<1> B=<2>]"},
        {"C=[TARGET=xvdc:cdrom, DRIVER=file:]\n", "C=[TARGET=<xvdc:cdrom> DRIVER=<file:>]"},
        {"1a=1\nXMLx=2\nV=[1a=1]\n", "ONE_1A=<1> ONE_XMLX=<2> V=[1A=<1>]"},
    });
}

TEST_CASE("compat: the vectors that do not parse", "[template][compat]")
{
    check({
        {"A=", "t:1:3: unexpected end of the text, expected a value\n  A=\n    ^"},
        {"A=a b\n", "t:1:6: unexpected end of the text, expected '='\n  A=a b\n       ^"},
        {"A=1,2\n", "t:1:4: unexpected ',', expected a name\n  A=1,2\n     ^"},
        {"A=x=y\n", "t:1:4: unexpected '=', expected a name\n  A=x=y\n     ^"},
        {"A=\"]]>\"\n",
         "t:1:3: unexpected ']]>' in the line, expected a value\n  A=\"]]>\"\n    ^"},
        {"A=x # c", "t:1:8: unexpected end of the text, expected '='\n  A=x # c\n         ^"},
        {"C=[a=\"1\",]\n", "t:1:10: unexpected ']', expected a name\n  C=[a=\"1\",]\n           ^"},
        {"C=[a=\"1\" b=\"2\"]\n",
         "t:1:10: unexpected name, expected ',' or ']'\n  C=[a=\"1\" b=\"2\"]\n           ^"},
        {"C=[a=,b=2]\n", "t:1:8: unexpected '=', expected ',' or ']'\n  C=[a=,b=2]\n         ^"},
        {"C=[a=\n]\n",
         "t:1:5: unexpected '=' without a value, expected '=' and a value\n  C=[a=\n      ^"},
        {"C =\n[ a=1 ]\n", "t:2:7: unexpected ']', expected a name\n  [ a=1 ]\n        ^"},
        {"A-B=\"1\"\n", "t:1:3: unexpected name, expected '='\n  A-B=\"1\"\n    ^"},
        {"V=[a=\n\"x\"]\n",
         "t:1:5: unexpected '=' without a value, expected '=' and a value\n  V=[a=\n      ^"},
        {"V=[a=[b=1]]\n", "t:1:6: unexpected '[', expected a value\n  V=[a=[b=1]]\n       ^"},
        {"A=\"a b\"c\n",
         "t:1:9: unexpected end of the text, expected '='\n  A=\"a b\"c\n          ^"},
    });
}

TEST_CASE("compat: the longer reading of a value wins", "[template][compat]")
{
    check({
        {"A=\"foo\n", "A=<\"foo>"},  // nothing closes it
        {"A=\"foo\nB=\"x\"=1\n", "A=<foo\nB=> X=<1>"},
        {"A=foo\\\"bar\n", "A=<foo\"bar>"},
        // The last quote ends the value though a backslash precedes it; any other one does not.
        {"A=\"p\\\"\nB=1\n", "A=<p\\> B=<1>"},
        {"A=\"p\\\"\nB=\"q\"=2\n", "A=<p\"\nB=> Q=<2>"},
        {"A=\"p\\\" \\\"\n", "A=<p\" \\>"},
        // The line of a value counts from the value on.
        {"A=\"x\n]]>\"\n", "A=<x\n]]>>"},
        {"A=x B=\"]]>\"\n",
         "t:1:3: unexpected ']]>' in the line, expected a value\n  A=x B=\"]]>\"\n    ^"},
        {"# ]]>\nA=x\n# ]]>\n", "A=<x>"},
    });
}

TEST_CASE("compat: a CR is a character", "[template][compat]")
{
    check({
        {"A=\"x\"\r\nB=y\r\n\r\nC=[\r\n a=\"1\",\r\n b=2\r\n]\r\nD=\r\n",
         "A=<\"x\"> B=<y> C=[A=<1> B=<2>] D=<>"},
        {"A=\"x y\"\r\nB=1\r\n", "A=<x y> B=<1>"},
    });
}

TEST_CASE("compat: what begins nothing is dropped", "[template][compat]")
{
    check({
        {"V=[\"a\"=\"x\"]\n", "V=[A=<x>]"},
        {";A=1 / - \"\n", "A=<1>"},
        {"\xC3\xA4=1\n", "t:1:2: unexpected '=', expected a name\n  \xC3\xA4=1\n   ^"},
        {"A==1\n", "A=<1>"},
        {"A= ,2\n", "A=<2>"},
        {"A=#\n  x\n", "A=<x>"},
        {"#", ""},
        {"C =\n[\n", "C=<>"},
    });
}

TEST_CASE("compat: the first CONTEXT that is a vector counts", "[template][compat]")
{
    CHECK(context_or_error("CONTEXT=[A=1]\nCONTEXT=[B=2]\n") == "A ");
    CHECK(context_or_error("CONTEXT=x\nCONTEXT=[B=2]\n") == "B ");
    CHECK(context_or_error("CONTEXT=x\n") == "t:1:1: no CONTEXT section");
    CHECK(context_or_error("A=x\n") == "t:1:1: no CONTEXT section");
}

TEST_CASE("compat: limits, warnings and secrets are those of the other reading",
          "[template][compat]")
{
    check({
        {std::string("A=\"\0\"\n", 6), "t:1:4: NUL byte\n  A=\" \"\n     ^"},
        {std::string(kMaxTemplateBytes + 1, '#'), "t:1:1: the text is longer than 16777216 bytes"},
        {"PASSWORD=correct canary\n]", "t:2:1: unexpected ']', expected '='"},
        {"C=[PASSWORD=canary b\n]", "t:1:20: unexpected name, expected ',' or ']'"},
    });
    std::string names;
    for (std::size_t i = 0; i <= kMaxVariables; ++i)
        names += "A=\n";
    CHECK(parsed_or_error(names) == "t:65537:1: more than 65536 names\n  A=\n  ^");
    auto parsed = parse_template_compat("C=[A=1,\n a=2]\n");
    REQUIRE(parsed);
    CHECK(format(parsed->warnings.at(0), "t") ==
          "t:2:2: A occurs twice; the first one counts\n   a=2]\n   ^");
}

}  // namespace onectx::test
