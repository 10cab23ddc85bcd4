// From a template and records to the context of a machine: each row of the tables of the reference
// (1.3, 1.4, 1.8), and what OpenNebula would make of the same.
#include "host/complete_context.h"

#include <map>
#include <random>
#include <string>
#include <vector>

#include "common/base64.h"
#include "common/limits.h"
#include "common/shell_vars.h"
#include "common/text.h"
#include "host/template_context.h"
#include "tests/support/catch.h"

using onectx::Context;
using onectx::ContextWarnings;
using onectx::Record;
using onectx::ValueSettings;

namespace {

constexpr ValueSettings kCompat{.strict = false, .compat = true};
constexpr ValueSettings kStrict{.strict = true, .compat = false};

struct Given {
    std::string vm{};
    std::string user{};
    std::vector<std::string> networks{};
    std::vector<std::string> images{};
    onectx::MachineIds ids{};
};

struct Completed {
    std::map<std::string, std::string> values;
    std::vector<std::string> complaints;  // "line:column: message"; an error is the last one
    bool failed = false;
};

std::optional<Record> record_of(const std::string& text)
{
    if (text.empty()) return std::nullopt;
    auto record = onectx::parse_record(text);
    REQUIRE(record);
    return *std::move(record);
}

std::vector<Record> records_of(const std::vector<std::string>& texts)
{
    std::vector<Record> records;
    for (const auto& text : texts)
        records.push_back(*record_of(text));
    return records;
}

std::string complaint_of(const onectx::Diagnostic& diagnostic)
{
    return std::to_string(diagnostic.at.line) + ':' + std::to_string(diagnostic.at.column) + ": " +
           diagnostic.message;
}

Completed complete(const std::string& text, const Given& given = {},
                   const ValueSettings& settings = {})
{
    auto input = *record_of(text);
    auto parsed = onectx::context_of(input.attributes, text);
    REQUIRE(parsed);
    auto records =
        onectx::gather_records(input, record_of(given.vm), record_of(given.user),
                               records_of(given.networks), records_of(given.images), given.ids);
    ContextWarnings warnings(input.attributes, text);
    auto done = onectx::complete_context(parsed->context, records, settings, warnings);
    Completed completed;
    for (const auto& [name, value] : parsed->context)
        completed.values.emplace(name, value.text);
    for (const auto& warning : warnings.listed())
        completed.complaints.push_back(complaint_of(warning));
    if (!done) completed.complaints.push_back(complaint_of(done.error()));
    completed.failed = !done;
    return completed;
}

// The value of V, or "error: ...".
std::string value_for(const std::string& value, const Given& given,
                      const ValueSettings& settings = {})
{
    std::string quoted;
    for (char c : value)
        quoted += c == '"' ? std::string("\\\"") : std::string(1, c);
    auto completed = complete("CONTEXT=[V=\"" + quoted + "\"]", given, settings);
    if (completed.failed) return "error: " + completed.complaints.back();
    return completed.values.at("V");
}

const Given kMachine{
    .vm =
        "ID=7 NAME=vmname UID=2 UNAME=alice GID=100 GNAME=users FOO=foo NOTE=\"\"\n"
        "DISK=[IMAGE=\"debian 12\",IMAGE_ID=3] DISK=[IMAGE_ID=4] DISK=[SIZE=1]\n"
        "GRAPHICS=[PORT=5907] GRAPHICS=[PORT=5908]\n"
        "NIC=[NIC_ID=0,NETWORK=\"pub net\",NETWORK_ID=5,AR_ID=1,IP=10.0.0.2]\n"
        "NIC=[NIC_ID=1,NETWORK=x,NETWORK_ID=6,AR_ID=0,IP=10.1.0.2,EMPTY=\"\"]\n"
        "NIC=[NIC_ID=2,NETWORK=norange,NETWORK_ID=9]\n"
        "NIC_ALIAS=[NIC_ID=3,PARENT=NIC0,NETWORK=x,NETWORK_ID=5,AR_ID=0]\n",
    .user = "ID=2 NAME=alice KEY=\"ssh-rsa A\"",
    .networks = {"ID=5 NAME=\"pub net\" DNS=net5 GATEWAY=gw5 AR=[DNS=range50] AR=[DNS=range51]",
                 "ID=6 NAME=x DNS=net6 AR=[IP=1]", "NAME=norange DNS=net9"},
    .images = {"ID=3 NAME=\"debian 12\" MD5=sum3", "ID=8 NAME=unused MD5=sum8"},
};

}  // namespace

TEST_CASE("what a reference stands for", "[host][substitute]")
{
    struct Row {
        std::string input;
        std::string expected;
        std::string compat;
    };
    const std::vector<Row> rows{
        {"$NAME $VMID $UID $UNAME $GID $GNAME", "vmname 7 2 alice 100 users",
         "vmname 7 2 alice 100 users"},
        {"$FOO.$NOTE.", "foo..", "foo.."},
        {"$UNDEFINED.", ".", "."},
        {"$NIC[IP]", "10.0.0.2", "10.0.0.2"},
        {"$GRAPHICS[PORT]", "5907", "5907"},
        {"$GRAPHICS[PORT, PORT=5908]", "5908", "5908"},
        {"$NIC[IP, NIC_ID=1]", "10.1.0.2", "10.1.0.2"},
        {"$NIC[EMPTY, NIC_ID=1].", ".", "."},
        {"$NIC[IP, NETWORK=\"PUB NET\"].", ".", "."},  // values count exactly
        {"$NIC[IP, NIC_ID=9].", ".", "."},
        {"$NETWORK[DNS, NETWORK=\"pub net\"]", "range51", "range51"},
        {"$NETWORK[GATEWAY, NIC_ID=0]", "gw5", "gw5"},
        {"$NETWORK[DNS, NETWORK_ID=6]", "net6", "net6"},
        {"$NETWORK[DNS, NETWORK=x]", "range50", "range50"},  // the alias overrides the NIC
        {"$NETWORK[DNS, NIC_ID=3]", "range50", "range50"},
        {"$NETWORK[DNS, NIC_ID=2].", "net9.", "."},  // no AR_ID
        {"$NETWORK[DNS, NAME=x].", ".", "."},
        {"$NETWORK[DNS].", ".", "."},
        {"$NETWORK[NONE, NIC_ID=0].", ".", "."},
        {"$IMAGE[MD5, IMAGE=\"debian 12\"]", "sum3", "sum3"},
        {"$IMAGE[MD5, IMAGE_ID=3]", "sum3", "sum3"},
        {"$IMAGE[MD5, IMAGE_ID=8].", ".", "."},  // no disk of the machine
        {"$IMAGE[MD5, IMAGE_ID=4].", ".", "."},  // no record of it
        {"$IMAGE[MD5, NAME=x].", ".", "."},
        {"$IMAGE[MD5].", ".", "."},
        {"$USER[KEY]", "ssh-rsa A", "ssh-rsa A"},
        {"$USER[NONE].", ".", "."},
    };
    for (const auto& row : rows) {
        INFO(row.input);
        CHECK(value_for(row.input, kMachine) == row.expected);
        CHECK(value_for(row.input, kMachine, kCompat) == row.compat);
    }
}

TEST_CASE("whole records come in base64", "[host][substitute]")
{
    auto decoded = [](const std::string& reference) {
        return onectx::decode_base64(value_for(reference, kMachine)).value_or("not base64");
    };
    CHECK(decoded("$USER[TEMPLATE]") ==
          "<TEMPLATE><ID><![CDATA[2]]></ID><NAME><![CDATA[alice]]></NAME>"
          "<KEY><![CDATA[ssh-rsa A]]></KEY></TEMPLATE>");
    CHECK(decoded("$TEMPLATE").starts_with("<TEMPLATE><ID><![CDATA[7]]></ID>"));
    CHECK(decoded("$NETWORK[TEMPLATE, NETWORK_ID=6]").find("net6") != std::string::npos);
    CHECK(decoded("$IMAGE[TEMPLATE, IMAGE_ID=3]").find("sum3") != std::string::npos);
}

TEST_CASE("the facts of a machine and where they come from", "[host][substitute]")
{
    const std::string facts = "$VMID,,$NAME,,$UID,,$UNAME,,$GID,,$GNAME";
    auto text = "NAME=web CONTEXT=[V=\"" + facts + "\"]";
    auto all = [&](const std::string& input, const Given& given) {
        return complete(input, given).values.at("V");
    };
    auto context = "CONTEXT=[V=\"" + facts + "\"]";
    CHECK(all(context, {}) == ",,,,,,,,,,");
    CHECK(all(context, {.ids = {.vmid = "5"}}) == "5,,one-5,,,,,,,,");
    CHECK(all("VMID=6 " + context, {}) == "6,,one-6,,,,,,,,");
    CHECK(all("VMID=6 NAME=\"\" " + context, {}) == "6,,one-6,,,,,,,,");
    CHECK(all(text, {.ids = {.vmid = "5"}}) == "5,,web,,,,,,,,");
    CHECK(all(text, {.vm = "ID=9"}) == "9,,one-9,,,,,,,,");
    CHECK(all(text, {.user = "ID=3 NAME=bob GID=1 GNAME=staff"}) == ",,web,,3,,bob,,1,,staff");
    CHECK(all(text, {.vm = "ID=9 NAME=n UID=1 GNAME=g", .user = "ID=3 NAME=bob GID=4"}) ==
          "9,,n,,1,,bob,,4,,g");
    CHECK(all(text, {.vm = "ID=9 NAME=n UID=1 UNAME=u GID=2 GNAME=g",
                     .ids = {"10", "other", "11", "eve", "12", "team"}}) ==
          "10,,other,,11,,eve,,12,,team");
}

TEST_CASE("unknown names with --strict", "[host][substitute]")
{
    CHECK(value_for("$FOO ${FOO} $$ $(x) $", kMachine, kStrict) == "foo foo $ $(x) $");
    CHECK(value_for("$NONE", kMachine, kStrict) == "error: 1:10: V: '$NONE' is not known");
    CHECK(value_for("${NONE}", kMachine, kStrict) == "error: 1:10: V: '${NONE}' is not known");
    CHECK(value_for("$NIC[X]", kMachine, kStrict) == "error: 1:10: V: '$NIC[X]' is not known");
    CHECK(complete("CONTEXT=[START_SCRIPT=\"$NONE\"]", {}, kStrict).complaints.empty());
    CHECK(
        complete("CONTEXT=[PASSWORD=\"pa$word\"]", {}, kStrict).complaints ==
        std::vector<std::string>{"1:10: PASSWORD: a variable in the value is not known; $$ stands "
                                 "for a dollar sign"});
}

TEST_CASE("variables with rules of their own", "[host][substitute]")
{
    auto completed = complete(
        "NAME=n CONTEXT=[START_SCRIPT=\"$NAME \\$NAME $$ $X $(y)\",\n"
        "READY_SCRIPT=\"$NAME ${X} \\$\",USER_DATA=\"$NAME$\",USERDATA=\"$$NAME\",\n"
        "FILES_DS=\"/$NAME:'$NAME'\",CRYPTED_PASSWORD=\"$6$NAME$NAME\",\n"
        "FILES=\"$NAME\",START_SCRIPT_BASE64=\"$NAME\"]");
    CHECK(completed.values == std::map<std::string, std::string>{
                                  {"START_SCRIPT", "n \\$NAME $$ $X $(y)"},
                                  {"READY_SCRIPT", "n ${X} \\$"},
                                  {"USER_DATA", "n$"},
                                  {"USERDATA", "$$NAME"},
                                  {"FILES_DS", "/$NAME:'$NAME'"},
                                  {"CRYPTED_PASSWORD", "$6$NAME$NAME"},
                                  {"FILES", "n"},
                                  {"START_SCRIPT_BASE64", "n"},
                              });
    CHECK(completed.complaints.empty());

    auto hash = [](const std::string& value) {
        return complete("NAME=n CONTEXT=[CRYPTED_PASSWORD=\"" + value + "\"]")
            .values.at("CRYPTED_PASSWORD");
    };
    CHECK(hash("$y$j9T$ab/$c.") == "$y$j9T$ab/$c.");
    CHECK(hash("\\$6\\$a\\$b") == "$6$a$b");
    CHECK(hash("$NAME") == "n");
    CHECK(hash("$6$") == "$");
    CHECK(hash("$9$a$b").empty());
}

TEST_CASE("OpenNebula's quirks on request", "[host][substitute][compat]")
{
    CHECK(value_for("\\$FOO", kMachine, kCompat) == "\\$FOO");
    CHECK(value_for("$(x)", kMachine, kCompat) == "error: 1:10: V: '$' without a name");
    CHECK(value_for("$FOO, x", kMachine, kCompat) ==
          "error: 1:10: V: ',', '=', '[' or ']' behind a variable");
    // Scripts have no rules of their own there, and neither has a hash.
    CHECK(complete("CONTEXT=[START_SCRIPT=\"$(x)\"]", {}, kCompat).failed);
    CHECK(complete("CONTEXT=[CRYPTED_PASSWORD=\"$6$a$b\"]", {}, kCompat)
              .values.at("CRYPTED_PASSWORD")
              .empty());
    // A backslash at the end of the last variable is lost, which is the last in order of bytes.
    auto last = complete("CONTEXT=[Z=\"1\\ \",A=\"2\\ \",FILES_DS=\"\"]", {}, kCompat).values;
    CHECK(last.at("Z") == "1");
    CHECK(last.at("A") == "2\\");
    CHECK(complete("CONTEXT=[A=\"1\\\\ \"]", {}, kCompat).values.at("A") == "1\\\\");
    CHECK(complete("CONTEXT=[A=\"1\\ \"]").values.at("A") == "1\\");
}

TEST_CASE("all values together are bounded", "[host][substitute]")
{
    std::string many = "CONTEXT=[A=\"";
    for (std::size_t i = 0; i < onectx::kMaxReferences / 2 + 1; ++i)
        many += "$A";
    auto twice = many + "\",B=\"" + many.substr(many.find('$')) + "\"]";
    CHECK(complete(twice).complaints.back() ==
          "1:" + std::to_string(many.size() + 3) + ": B: more than 16384 variables in all values");
    auto half = std::string(onectx::kMaxContextBytes / 3, 'x');
    CHECK(complete("CONTEXT=[A=\"$BIG\",B=\"$BIG\",C=\"$BIG$BIG\"]", {.vm = "BIG=\"" + half + "\""})
              .complaints.back() == "1:28: C: the values become longer than 16777216 bytes");
}

TEST_CASE("what a context may hold comes out of context.sh as it went in", "[host][property]")
{
    std::mt19937 random(20140501);
    const std::string alphabet("\\$'\"`{}[]=,#\n\r\t ;|&<>()*?!~%A0_\xC3\xA4\xFF\x01\x7F");
    for (int round = 0; round < 300; ++round) {
        std::string value;
        for (auto length = random() % 60; length > 0; --length)
            value += random() % 4 != 0 ? alphabet[random() % alphabet.size()]
                                       : static_cast<char>(random() % 255 + 1);
        value = std::string(onectx::trim(value));

        // The template that stands for this value: a dollar sign is doubled, a quote escaped.
        // A backslash before either of them would escape it, so those are left out.
        std::string source;
        std::string expected;
        for (char c : value) {
            if ((c == '$' || c == '"') && source.ends_with('\\')) continue;
            expected += c;
            source += c == '$' ? "$$" : c == '"' ? "\\\"" : std::string(1, c);
        }
        source += source.ends_with('\\') ? " " : "";
        auto completed = complete("CONTEXT=[V=\"" + source + "\"]", {}, kStrict);
        CHECK(completed.values.at("V") == expected);

        Context context;
        for (const auto& [name, text] : completed.values)
            context.emplace(name, onectx::ContextValue{text});
        CHECK(onectx::parse_shell_vars(onectx::write_shell_vars(context)).context == context);
    }
}
