// Records: what the host tool knows of machines, users, networks and images, from either language.
#include "host/records.h"

#include "host/template_xml.h"
#include "tests/support/catch.h"

namespace onectx {
namespace {

Record record_of(std::string_view text)
{
    auto record = parse_record(text);
    if (!record) FAIL(format(record.error(), "t"));
    return *std::move(record);
}

}  // namespace

TEST_CASE("a native template is a record without anything around it", "[records]")
{
    auto record = record_of(
        "NAME = net\nID = 3\nUNAME = oneadmin\nDNS = 9.9.9.9\n"
        "AR = [ IP = 10.0.0.1, SIZE = 5 ]\nAR = [ IP = 10.1.0.1 ]\n");
    CHECK(record.kind == RecordKind::bare);
    CHECK(record.name == "net");
    CHECK(record.id == "3");
    CHECK(record.uname == "oneadmin");
    CHECK_FALSE(record.uid);
    REQUIRE(record.address_ranges.size() == 2);
    CHECK(record.address_ranges[1].at(0).value == "10.1.0.1");
    REQUIRE(find_value(record.attributes, "DNS"));
    CHECK(*find_value(record.attributes, "DNS") == "9.9.9.9");
    CHECK(find_value(record.attributes, "AR") == nullptr);
}

TEST_CASE("a template is written as OpenNebula's XML", "[records][xml]")
{
    CHECK(record_of("A = \"<1>\"\nV = [ B = \"\", 1C = 2 ]\nE = []").xml ==
          "<TEMPLATE><A><![CDATA[<1>]]></A>"
          "<V><B><![CDATA[]]></B><ONE_1C><![CDATA[2]]></ONE_1C></V><E></E></TEMPLATE>");
    CHECK(write_template_xml(record_of("A = \"]]>\"").attributes, "VM") ==
          "<VM><A><![CDATA[]]]]><![CDATA[>]]></A></VM>");
    CHECK(record_of("A = \"a\r\nb\"").xml ==
          "<TEMPLATE><A><![CDATA[a]]>&#13;<![CDATA[\nb]]></A></TEMPLATE>");
}

}  // namespace onectx
