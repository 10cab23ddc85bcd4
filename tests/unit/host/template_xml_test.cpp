// XML: what each shape of element becomes, each refusal verbatim, and that writing is undone by
// reading.
#include "host/template_xml.h"

#include <string>
#include <variant>

#include "common/limits.h"
#include "host/records.h"
#include "tests/support/catch.h"
#include "tests/support/templates.h"

namespace onectx::test {
namespace {

std::string parsed_or_error(std::string_view text)
{
    auto record = parse_record(text);
    return record ? shown(record->attributes) : format(record.error(), "t");
}

void check(const std::vector<TemplateCase>& cases)
{
    for (const auto& [text, expected] : cases) {
        INFO("document: " << text);
        CHECK(parsed_or_error(text) == expected);
    }
}

std::vector<std::string> warnings_of(std::string_view text)
{
    auto record = parse_record(text);
    REQUIRE(record);
    std::vector<std::string> lines;
    for (const auto& warning : record->attributes.warnings)
        lines.push_back(format(warning, "t"));
    return lines;
}

std::string nested(unsigned levels)
{
    std::string text;
    for (unsigned i = 0; i < levels; ++i)
        text += "<A>";
    for (unsigned i = 0; i < levels; ++i)
        text += "</A>";
    return text;
}

}  // namespace

TEST_CASE("what each shape of element becomes", "[xml]")
{
    check({
        {"<TEMPLATE/>", ""},
        {"<anything><A>1</A></anything>\n", "A=<1>"},
        {"<T><A>1</A><A>2</A></T>", "A=<1> A=<2>"},
        {"<T><A/><B></B><C>  </C><D>x</D></T>", "D=<x>"},
        {"<T><A><![CDATA[]]></A></T>", "A=<>"},
        {"<T><V><K>1</K><L><![CDATA[]]></L><M/></V></T>", "V=[K=<1> L=<>]"},
        {"<T>\n  <V>\n    <K>1</K>\n  </V>\n</T>\n", "V=[K=<1>]"},
        {"<T><V><K/></V></T>", "V=[]"},
        {"<T a='1'><A b=\"<\">1</A></T>", "A=<1>"},
        {"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- c --><T><A>1<!-- c -->2</A></T><!-- c "
         "-->",
         "A=<12>"},
    });
}

TEST_CASE("names are made upper case, keys are not", "[xml]")
{
    check({
        {"<t><name>x</name><v><Key>1</Key></v></t>", "NAME=<x> V=[Key=<1>]"},
        {"<t><XMLa>x</XMLa><xmla>y</xmla></t>", "ONE_XMLA=<x> XMLA=<y>"},
        {"<t><V><k>1</k><K>2</K></V></t>", "V=[k=<1> K=<2>]"},
        {"<t><V><A-B>1</A-B><\xC3\xA4>2</\xC3\xA4></V></t>", "V=[A-B=<1> \xC3\xA4=<2>]"},
    });
}

TEST_CASE("texts are trimmed, their references resolved", "[xml]")
{
    check({
        {"<T><A> two\n words </A></T>", "A=<two\n words>"},
        {"<T><A>&lt;&gt;&amp;&quot;&apos;</A></T>", "A=<<>&\"'>"},
        {"<T><A>&#65;&#x42;&#xe4;&#128512;</A></T>", "A=<AB\xC3\xA4\xF0\x9F\x98\x80>"},
        {"<T><A>&amp;lt;</A></T>", "A=<&lt;>"},
        {"<T><A><![CDATA[&lt; <b> ]] >]]></A></T>", "A=<&lt; <b> ]] >>"},
        {"<T><A><![CDATA[a]]]]><![CDATA[>b]]></A></T>", "A=<a]]>b>"},
        {"<T><A>a\r\nb\rc&#13;\nd</A></T>", "A=<a\nb\nc\r\nd>"},
        {"<T><A>$X \"q\" \\ \xFF</A></T>", "A=<$X \"q\" \\ \xFF>"},
    });
}

TEST_CASE("references that mean nothing are refused", "[xml]")
{
    const std::string message = "'&' that begins no reference known here; write &amp; for itself\n";
    check({
        {"<T><A>x &y;</A></T>", "t:1:9: " + message + "  <T><A>x &y;</A></T>\n          ^"},
        {"<T><A>&</A></T>", "t:1:7: " + message + "  <T><A>&</A></T>\n        ^"},
        {"<T><A>\n&#0;</A></T>", "t:2:1: " + message + "  &#0;</A></T>\n  ^"},
        {"<T><A>&#xD800;</A></T>", "t:1:7: " + message + "  <T><A>&#xD800;</A></T>\n        ^"},
        {"<T><A>&#9999999999;</A></T>",
         "t:1:7: " + message + "  <T><A>&#9999999999;</A></T>\n        ^"},
        {"<T><A>&#;</A></T>", "t:1:7: " + message + "  <T><A>&#;</A></T>\n        ^"},
        {"<T><A>&#-1;</A></T>", "t:1:7: " + message + "  <T><A>&#-1;</A></T>\n        ^"},
    });
}

TEST_CASE("broken documents are refused with their place", "[xml]")
{
    check({
        {"<", "t:1:1: a '<' that begins no tag\n  <\n  ^"},
        {"<A\r\n", "t:1:3: malformed start tag\n  <A\n    ^"},
        {"< A/>", "t:1:2: a '<' that begins no tag\n  < A/>\n   ^"},
        {"<A", "t:1:2: malformed start tag\n  <A\n   ^"},
        {"<A b=1/>", "t:1:6: malformed start tag\n  <A b=1/>\n       ^"},
        {"<A>\n<B></B\n", "t:2:7: malformed end tag\n  <B></B\n        ^"},
        {"<A>\n <B>\n</A>", "t:3:3: end tag of 'A', but 'B' of line 2 is open\n  </A>\n    ^"},
        {"<A><B>x</B>\n",
         "t:1:12: the text ends within 'A' of line 1\n  <A><B>x</B>\n             ^"},
        {"<A b='>'>\n<B/><!-- <C> --><![CDATA[<D>]]><?e <F>?><G>1</G></B></A>",
         "t:2:51: end tag of 'B', but 'A' of line 1 is open\n"
         "  <B/><!-- <C> --><![CDATA[<D>]]><?e <F>?><G>1</G></B></A>\n"
         "                                                    ^"},
        {"<A>\n<![CDATA[x\n</A>", "t:2:1: unterminated CDATA section\n  <![CDATA[x\n  ^"},
        {"<A>\n<!-- x\n</A>", "t:2:1: unterminated comment\n  <!-- x\n  ^"},
        {"<!-- x -->", "t:1:1: there is no element"},
        {"<A/>\n  x", "t:2:3: text outside the root element\n    x\n    ^"},
        {"<A/>\n<B/>", "t:2:2: a second root element\n  <B/>\n   ^"},
        {"<T>\nx<A>1</A></T>", "t:2:1: text beside elements\n  x<A>1</A></T>\n  ^"},
        {"<T>x</T>", "t:1:4: text beside elements\n  <T>x</T>\n     ^"},
        {"<T><V><A>1</A>x</V></T>",
         "t:1:15: text beside elements\n  <T><V><A>1</A>x</V></T>\n                ^"},
        {std::string("<A>\0</A>", 8), "t:1:4: NUL byte\n  <A> </A>\n     ^"},
        {"<VM_POOL><VM/></VM_POOL>",
         "t:1:2: 'VM_POOL' lists several; the document of one is needed\n"
         "  <VM_POOL><VM/></VM_POOL>\n   ^"},
    });
}

TEST_CASE("nothing is expanded, and only UTF-8 is read", "[xml]")
{
    auto refused = parsed_or_error("<!DOCTYPE T [<!ENTITY a \"aaaa\">]>\n<T><A>&a;</A></T>");
    CHECK(refused ==
          "t:1:11: a document type is not accepted\n"
          "  <!DOCTYPE T [<!ENTITY a \"aaaa\">]>\n            ^");
    CHECK(parsed_or_error("<!DOCTYPE T SYSTEM \"file:///etc/passwd\"><T/>")
              .starts_with("t:1:11: a document type is not accepted"));
    CHECK(parsed_or_error("<?xml version=\"1.0\" encoding=\"latin1\"?><T/>") ==
          "t:1:3: the encoding must be UTF-8\n"
          "  <?xml version=\"1.0\" encoding=\"latin1\"?><T/>\n    ^");
}

TEST_CASE("documents too large are refused", "[xml]")
{
    CHECK(parsed_or_error('<' + std::string(kMaxTemplateBytes, ' ')) ==
          "t:1:1: the text is longer than 16777216 bytes");
    CHECK(parsed_or_error(std::string(kMaxXmlTags + 1, '<')) ==
          "t:1:1: the text has more than 2097152 tags");
    CHECK(parsed_or_error(nested(kMaxXmlDepth)).find("elements in one another") ==
          std::string::npos);
    CHECK(parsed_or_error(nested(kMaxXmlDepth + 1)) ==
          "t:1:194: more than 64 elements in one another");
    std::string names = "<T>\n";
    for (std::size_t i = 0; i <= kMaxVariables; ++i)
        names += "<A/>\n";
    CHECK(parsed_or_error(names + "</T>") == "t:65538:2: more than 65536 names\n  <A/>\n   ^");
}

TEST_CASE("what is dropped is warned of", "[xml]")
{
    CHECK(warnings_of("<T><V>\n<A>1</A>\n<A>2</A></V></T>") ==
          std::vector<std::string>{
              "t:3:2: 'A' occurs twice; the last one counts\n  <A>2</A></V></T>\n   ^"});
    CHECK(parsed_or_error("<T><V><A>1</A><B>x</B><A>2</A></V></T>") == "V=[A=<2> B=<x>]");
    CHECK(warnings_of("<T><V><K><X/></K></V></T>") ==
          std::vector<std::string>{"t:1:8: 'K' holds elements, which no key can; it is dropped\n"
                                   "  <T><V><K><X/></K></V></T>\n         ^"});
    CHECK(parsed_or_error("<T><V><K><X/></K></V></T>") == "V=[]");
}

TEST_CASE("a line of XML that may hold a secret is not shown", "[xml][secret]")
{
    check({
        {"<T><PASSWORD>canary</PASSWORD></X>",
         "t:1:33: this end tag does not match the element that is open"},
        {"<T><PASSWORD>\ncanary &x; </PASSWORD></T>",
         "t:2:8: '&' that begins no reference known here; write &amp; for itself"},
        {"<T><PRIVATE_KEY><![CDATA[one\ntwo\n<B>canary</C>", "t:1:17: unterminated CDATA section"},
        {"<T><password>canary\n<B>", "t:2:3: the text ends within an element"},
        {"<T><A>1</A>\n<VNC_PASSWD>canary</VNC_PASSWD>x</T>", "t:2:32: text beside elements"},
    });
    CHECK(warnings_of("<T><V><A/><PASSWORD>\ncanary</PASSWORD><A>1</A><A>2</A></V></T>") ==
          std::vector<std::string>{"t:2:27: 'A' occurs twice; the last one counts"});
    CHECK(warnings_of("<T><V><PASSWORD>canary</PASSWORD>\n<A>1</A>\n<A>2</A></V></T>") ==
          std::vector<std::string>{
              "t:3:2: 'A' occurs twice; the last one counts\n  <A>2</A></V></T>\n   ^"});
}

TEST_CASE("places of elements are those of their names", "[xml]")
{
    auto record = parse_record("<T>\n<A>1</A>\n<V>\r\n<K>\n1</K><L>2</L></V></T>");
    REQUIRE(record);
    const auto& attributes = record->attributes.attributes;
    CHECK(attributes[0].place.line == 2);
    CHECK(attributes[0].place.offset == 5);
    const auto& items = std::get<TemplateVector>(attributes[1].value);
    CHECK(items[0].place.line == 4);
    CHECK(items[1].place.line == 5);
    CHECK(items[1].place.offset == 28);
}

TEST_CASE("a template is written as OpenNebula's XML", "[xml]")
{
    auto written = [](std::string_view text) {
        auto parsed = parse_template(text);
        REQUIRE(parsed);
        return write_template_xml(*parsed);
    };
    CHECK(written("A = \"<1>\"\nV = [ B = \"\", 1C = 2 ]\nE = []") ==
          "<TEMPLATE><A><![CDATA[<1>]]></A>"
          "<V><B><![CDATA[]]></B><ONE_1C><![CDATA[2]]></ONE_1C></V><E></E></TEMPLATE>");
    CHECK(written("A = \"]]>\"") == "<TEMPLATE><A><![CDATA[]]]]><![CDATA[>]]></A></TEMPLATE>");
    CHECK(written("A = \"a\r\nb\"") ==
          "<TEMPLATE><A><![CDATA[a]]>&#13;<![CDATA[\nb]]></A></TEMPLATE>");
}

TEST_CASE("what is written reads as it was", "[xml]")
{
    for (std::string_view text : {
             "A = \"]]>\" B = \"x]]>]]>y\" C = \"]]\" D = \">\" E = \"\"",
             "V = [ A = \"\", B = \"<&>\\\"'\", C = \"a\r\nb\rc\" ] V = [ A = \"&#13; &amp;\" ]",
             "A = \"]]\r>\" B = \"\xC3\xA4 \xFF\"",
         }) {
        auto parsed = parse_template(text);
        REQUIRE(parsed);
        CHECK(parsed_or_error(write_template_xml(*parsed)) == shown(*parsed));
    }
}

}  // namespace onectx::test
