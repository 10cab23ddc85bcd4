// Records: what the host tool knows of machines, users, networks and images, from either language.
#include "host/records.h"

#include "tests/support/catch.h"
#include "tests/support/templates.h"

namespace onectx::test {
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

TEST_CASE("white space before a document is passed over", "[records][xml]")
{
    CHECK(shown(record_of("\n <T><A>1</A></T>").attributes) == "A=<1>");
    CHECK(record_of(" \t\r\n<VM><ID>7</ID></VM>").kind == RecordKind::vm);
    auto wrong = parse_record("\n <T>\n</U>");
    REQUIRE_FALSE(wrong);
    CHECK(format(wrong.error(), "t") ==
          "t:3:3: end tag of 'U', but 'T' of line 2 is open\n"
          "  </U>\n    ^");
    CHECK(is_xml("\n<"));
    CHECK_FALSE(is_xml("\n<", Dialect::compat));
}

TEST_CASE("the documents that OpenNebula's commands print", "[records][xml]")
{
    auto machine = record_of(
        "<VM>\n <ID>7</ID><UID>2</UID><GID>1</GID><UNAME>ann</UNAME><GNAME>users</GNAME>"
        "<NAME>web &amp; co</NAME><HISTORY_RECORDS><HISTORY><VM_ACTION>0</VM_ACTION></HISTORY>"
        "</HISTORY_RECORDS>\n <USER_TEMPLATE><FOO>x</FOO></USER_TEMPLATE>"
        "<TEMPLATE><VMID>7</VMID><NIC><IP>10.0.0.2</IP></NIC></TEMPLATE></VM>");
    CHECK(machine.kind == RecordKind::vm);
    CHECK(machine.id == "7");
    CHECK(machine.name == "web & co");
    CHECK(machine.uid == "2");
    CHECK(machine.uname == "ann");
    CHECK(machine.gid == "1");
    CHECK(machine.gname == "users");
    CHECK(shown(machine.attributes) == "VMID=<7> NIC=[IP=<10.0.0.2>]");
    CHECK(shown(machine.user_attributes) == "FOO=<x>");
    CHECK(machine.xml.starts_with("<VM><ID>7</ID><UID>2</UID>"));
    CHECK(machine.xml.find("<NAME>web &amp; co</NAME>") != std::string::npos);

    auto network = record_of(
        "<VNET><ID>3</ID><NAME>net</NAME><GNAME/><AR_POOL><AR><AR_ID>0</AR_ID><LEASES><LEASE>"
        "<IP>10.0.0.2</IP></LEASE></LEASES></AR><AR><AR_ID>1</AR_ID></AR></AR_POOL>"
        "<TEMPLATE><DNS>9.9.9.9</DNS></TEMPLATE></VNET>");
    CHECK(network.kind == RecordKind::network);
    CHECK_FALSE(network.gname);
    CHECK(shown(network.attributes) == "DNS=<9.9.9.9>");
    REQUIRE(network.address_ranges.size() == 2);
    REQUIRE(network.address_ranges[1].size() == 1);
    CHECK(network.address_ranges[1][0].value == "1");

    CHECK(record_of("<VMTEMPLATE><ID>1</ID></VMTEMPLATE>").kind == RecordKind::vm_template);
    CHECK(record_of("<IMAGE><TEMPLATE><DEV_PREFIX>vd</DEV_PREFIX></TEMPLATE></IMAGE>").kind ==
          RecordKind::image);
    CHECK(record_of("<USER><TEMPLATE><SSH_PUBLIC_KEY>k</SSH_PUBLIC_KEY></TEMPLATE></USER>").kind ==
          RecordKind::user);
}

TEST_CASE("a bare document says with attributes what a record has elements for", "[records][xml]")
{
    auto record = record_of("<TEMPLATE> <NAME>x</NAME><AR><IP>::1</IP></AR></TEMPLATE>");
    CHECK(record.kind == RecordKind::bare);
    CHECK(record.name == "x");
    CHECK(record.address_ranges.size() == 1);
    CHECK(record.xml == "<TEMPLATE><NAME>x</NAME><AR><IP>::1</IP></AR></TEMPLATE>");
}

TEST_CASE("the document of a record is in one line, its texts as they were", "[records][xml]")
{
    CHECK(record_of("<?xml version=\"1.0\"?>\n<T>\n <A>&lt; <![CDATA[<&]]></A><!-- c --><B/>\n</T>")
              .xml == "<T><A>&lt; <![CDATA[<&]]></A><B/></T>");
    CHECK(record_of("<T a='\"'><A b=\"&lt;\">x</A></T>").xml == "<T><A>x</A></T>");
    CHECK(record_of("A = x").xml == "<TEMPLATE><A><![CDATA[x]]></A></TEMPLATE>");
}

}  // namespace onectx::test
