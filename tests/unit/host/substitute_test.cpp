// Substitution in one value: the vectors of the reference (appendix B) under each set of rules.
#include "host/substitute.h"

#include <map>
#include <string>
#include <vector>

#include "common/limits.h"
#include "tests/support/catch.h"

using onectx::Reference;
using onectx::substitute;
using onectx::SubstitutionRules;

namespace {

std::string key_of(const Reference& reference)
{
    auto key = reference.name;
    if (reference.is_vector()) key += '[' + reference.attribute;
    if (!reference.selector.empty()) key += ',' + reference.selector + '=' + reference.selected;
    return key;
}

const std::map<std::string, std::string> kKnown{
    {"NAME", "vmname"},
    {"VMID", "7"},
    {"FOO", "foo"},
    {"EMPTY", ""},
    {"DOLLAR", "$FOO \\$ $$"},
    {"NIC[IP", "10.0.0.2"},
    {"NIC[IP,NIC_ID=1", "10.1.0.2"},
    {"NIC[IP,NETWORK=pub net", "10.0.0.2"},
    {"NIC[IP,NETWORK=", "nothing"},
};

std::optional<std::string> resolve(const Reference& reference)
{
    auto found = kKnown.find(key_of(reference));
    if (found == kKnown.end()) return std::nullopt;
    return found->second;
}

// The text; in front of it what was noticed: "?$X " for each unknown one, "!" for a literal dollar.
std::string outcome(std::string_view value, SubstitutionRules rules)
{
    auto result = substitute(value, rules, resolve);
    if (!result) return "error: " + result.error().message;
    std::string text;
    for (const auto& name : result->unknown)
        text += "?" + name + " ";
    return text + (result->literal_dollar ? "!" : "") + result->text;
}

struct Row {
    std::string_view input;
    std::string_view value;
    std::string_view script;
    std::string_view compat;
};

constexpr std::string_view kToken = "error: ',', '=', '[' or ']' behind a variable";
constexpr std::string_view kNoName = "error: '$' without a name";
constexpr std::string_view kBracket = "error: '[' behind a name that is not followed by ATTRIBUTE]";
constexpr std::string_view kOpen = "error: '[' behind a name is not closed";
constexpr std::string_view kWord = "error: a word behind a variable";

}  // namespace

TEST_CASE("values are substituted as the rules say", "[host][substitute]")
{
    const std::vector<Row> rows{
        {"", "", "", ""},
        {"plain \\n text", "plain \\n text", "plain \\n text", "plain \\n text"},
        // Names.
        {"$NAME", "vmname", "vmname", "vmname"},
        {"$NAME.d", "vmname.d", "vmname.d", "vmname.d"},
        {"$name", "vmname", "vmname", "vmname"},
        {"10.0.0.$VMID", "10.0.0.7", "10.0.0.7", "10.0.0.7"},
        {"$FOO$FOO", "foofoo", "foofoo", "foofoo"},
        {"$FOO_X", "?$FOO_X ", "$FOO_X", "?$FOO_X "},
        {"a $NONE b $none $NONE", "?$NONE ?$none a  b  ", "a $NONE b $none $NONE",
         "?$NONE ?$none a  b  "},
        {"<$EMPTY>", "<>", "<>", "<>"},
        {"$6$ab", "?$6 ?$ab ", "$6$ab", "?$6 ?$ab "},
        {"http://$FOO/$FOO?x=1", "http://foo/foo?x=1", "http://foo/foo?x=1", "http://foo/foo?x=1"},
        // What is put in is not looked at again.
        {"$DOLLAR", "$FOO \\$ $$", "$FOO \\$ $$", "$FOO \\$ $$"},
        // Vectors.
        {"$NIC[IP]", "10.0.0.2", "10.0.0.2", "10.0.0.2"},
        {"$NIC[ IP , NIC_ID=1 ]!", "10.1.0.2!", "10.1.0.2!", "10.1.0.2!"},
        {"$nic[ip, network=\"pub net\"]", "10.0.0.2", "10.0.0.2", "10.0.0.2"},
        {"$NIC[IP, NETWORK=\"\"]", "nothing", "nothing", "nothing"},
        {"$NIC[IP, NETWORK=pub net]", "!$NIC[IP, NETWORK=pub net]", "!$NIC[IP, NETWORK=pub net]",
         kBracket},
        {"$NIC[IP, NETWORK=x-y]", "!$NIC[IP, NETWORK=x-y]", "!$NIC[IP, NETWORK=x-y]", kBracket},
        {"$NIC[IP, NETWORK=\"x]", "!$NIC[IP, NETWORK=\"x]", "!$NIC[IP, NETWORK=\"x]", kBracket},
        {"$NIC[IP]/24", "10.0.0.2/24", "10.0.0.2/24", "10.0.0.2/24"},
        {"$NIC[IP]:22", "10.0.0.2:22", "10.0.0.2:22", "10.0.0.2:22"},
        {"$NIC[IP] $NIC[IP]$FOO", "10.0.0.2 10.0.0.2foo", "10.0.0.2 10.0.0.2foo",
         "10.0.0.2 10.0.0.2foo"},
        {"$NIC[IP]x", "10.0.0.2x", "10.0.0.2x", kWord},
        {"$NIC[IP]_", "10.0.0.2_", "10.0.0.2_", kWord},
        {"$NIC[IP],", "10.0.0.2,", "10.0.0.2,", kToken},
        {"$NETWORK[DNS]", "?$NETWORK[DNS] ", "$NETWORK[DNS]", "?$NETWORK[DNS] "},
        {"$NIC[]", "!$NIC[]", "!$NIC[]", kBracket},
        {"$NIC[IP", "!$NIC[IP", "!$NIC[IP", kOpen},
        {"$NIC[IP,]", "!$NIC[IP,]", "!$NIC[IP,]", kBracket},
        {"$NIC[IP,NIC_ID]", "!$NIC[IP,NIC_ID]", "!$NIC[IP,NIC_ID]", kBracket},
        {"$NIC [IP]", "?$NIC  [IP]", "$NIC [IP]", "10.0.0.2"},
        {"$FILE[IMAGE=\"x\"]", "!$FILE[IMAGE=\"x\"]", "!$FILE[IMAGE=\"x\"]", kBracket},
        // Braces.
        {"${FOO}x", "foox", "foox", kNoName},
        {"${name}", "vmname", "vmname", kNoName},
        {"${NONE}", "?${NONE} ", "${NONE}", kNoName},
        {"${x}", "?${x} ", "${x}", kNoName},
        {"${FOO", "!${FOO", "!${FOO", kNoName},
        {"${FOO:-x}", "!${FOO:-x}", "!${FOO:-x}", kNoName},
        {"${NIC[IP]}", "!${NIC[IP]}", "!${NIC[IP]}", kNoName},
        {"${}", "!${}", "!${}", kNoName},
        // Escapes.
        {"\\$FOO", "$FOO", "\\$FOO", "\\$FOO"},
        {"$$FOO", "$FOO", "$$FOO", kNoName},
        {"\\\\$FOO", "\\\\foo", "\\\\foo", "\\\\foo"},
        {"\\\\\\$FOO", "\\\\$FOO", "\\\\\\$FOO", "\\\\\\$FOO"},
        {"$$", "$", "$$", kNoName},
        {"$$$", "!$$", "!$$$", kNoName},
        {"$$$FOO", "$foo", "$$foo", kNoName},
        {"\\", "\\", "\\", "\\"},
        {"a\\b\\", "a\\b\\", "a\\b\\", "a\\b\\"},
        // What begins nothing.
        {"$(x)", "!$(x)", "!$(x)", kNoName},
        {"a $ b", "!a $ b", "!a $ b", kNoName},
        {"x$", "!x$", "!x$", kNoName},
        {"$?", "!$?", "!$?", kNoName},
        // What stands behind a name.
        {"$FOO, x", "foo, x", "foo, x", kToken},
        {"$FOO , x", "foo , x", "foo , x", kToken},
        {"$FOO=x", "foo=x", "foo=x", kToken},
        {"$FOO]", "foo]", "foo]", kToken},
        {"$FOO bar", "foo bar", "foo bar", "foo bar"},
        {"$FOO\nbar", "foo\nbar", "foo\nbar", kWord},
        {"$FOO\n-bar", "foo\n-bar", "foo\n-bar", "foo-bar"},
        {"$FOO\n\n$FOO", "foo\n\nfoo", "foo\n\nfoo", "foofoo"},
        {"$FOO \nbar", "foo \nbar", "foo \nbar", "foo \nbar"},
    };
    for (const auto& row : rows) {
        INFO(row.input);
        CHECK(outcome(row.input, SubstitutionRules::value) == row.value);
        CHECK(outcome(row.input, SubstitutionRules::script) == row.script);
        CHECK(outcome(row.input, SubstitutionRules::compat) == row.compat);
    }
}

TEST_CASE("a value does not grow without bound", "[host][substitute]")
{
    std::string big(onectx::kMaxContextBytes / 2, 'x');
    auto give_big = [&](const Reference&) { return std::optional(big); };
    CHECK(substitute("$A$A", SubstitutionRules::value, give_big));
    CHECK(substitute("$A$A.", SubstitutionRules::value, give_big).error().message ==
          "the value becomes longer than 16777216 bytes");

    std::string many;
    for (std::size_t i = 0; i <= onectx::kMaxReferences; ++i)
        many += "$A";
    CHECK(substitute(many, SubstitutionRules::script, resolve).error().message ==
          "more than 16384 variables in one value");
    many.resize(many.size() - 2);
    CHECK(substitute(many, SubstitutionRules::script, resolve)->text == many);
}
