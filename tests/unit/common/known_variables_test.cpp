// The table of variables: names with numbers, slips of the pen, and that docs/variables.md and
// onectx-context(5) have the same names.
#include "common/known_variables.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "common/text.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx::test {
namespace {

// What stands between backquotes.
std::vector<std::string> quoted_words(std::string_view text)
{
    std::vector<std::string> words;
    auto parts = split(text, '`');
    for (std::size_t i = 1; i < parts.size(); i += 2)
        words.emplace_back(parts[i]);
    return words;
}

// The first column of the tables whose head is "variable"; `_MASK` stands for ETHx_ALIASy_MASK.
std::set<std::string> documented_variables(std::string_view page)
{
    std::set<std::string> names;
    bool in_table = false;
    for (auto line : split_lines(page)) {
        if (line.starts_with("| variable |")) in_table = true;
        if (!line.starts_with('|')) in_table = false;
        if (!in_table) continue;
        std::string stem;
        for (const auto& word : quoted_words(split(line, '|').at(1))) {
            if (word.starts_with('_'))
                names.insert(stem + word);
            else
                names.insert(word);
            if (auto alias = word.find("ALIASy"); alias != std::string::npos)
                stem = word.substr(0, alias + 6);
        }
    }
    return names;
}

// What the macro Ev marks where an item begins; a line that ends in a backslash goes on.
std::set<std::string> variables_of_manual(std::string_view page)
{
    std::set<std::string> names;
    bool goes_on = false;
    for (auto line : split_lines(page)) {
        if (!goes_on && !line.starts_with(".It Ev ")) continue;
        goes_on = line.ends_with('\\');
        for (const auto& word : split_words(line))
            if (word.find_first_of(".,\\") == std::string::npos && word != "Ev") names.insert(word);
    }
    names.erase("NAME_SSH_PUBLIC_KEY");  // NAME stands for any user's
    return names;
}

// Both ways, as a name that is documented and not read is as bad as one that is forgotten.
void check_same_names(const std::set<std::string>& documented, std::string_view page)
{
    CHECK(documented.size() > 100);
    auto table = known_variables();
    for (const auto& known : table) {
        INFO(known.name << " is in common/known_variables.cpp, not in " << page);
        CHECK(documented.contains(std::string(known.name)));
    }
    for (const auto& name : documented) {
        INFO(name << " is in " << page << ", not in common/known_variables.cpp");
        auto is_it = [&](const auto& known) { return known.name == name; };
        CHECK(std::any_of(table.begin(), table.end(), is_it));
    }
}

}  // namespace

TEST_CASE("names with and without numbers are known", "[known-variables]")
{
    struct Row {
        std::string_view name, expected;
    };
    auto row = GENERATE(values<Row>({
        {"PASSWORD", "PASSWORD"},
        {"ETH0_IP", "ETHx_IP"},
        {"ETH10_ALIAS2_IP6", "ETHx_ALIASy_IP6"},
        {"PCI1_ADDRESS", "PCIx_ADDRESS"},
        {"DISK3_MOUNT_TAG", "DISKx_MOUNT_TAG"},
        {"DISK_ID", "DISK_ID"},
        {"ETH_IP", ""},
        {"ETH0", ""},
        {"ETH0IP", ""},
        {"eth0_ip", ""},
        {"MY_OWN", ""},
        {"", ""},
    }));
    CAPTURE(row.name);
    const auto* known = find_known_variable(row.name);
    CHECK((known ? known->name : "") == row.expected);
}

TEST_CASE("a slip of the pen leads to the name that was meant", "[known-variables]")
{
    struct Row {
        std::string_view name, expected;
    };
    auto row = GENERATE(values<Row>({
        {"PASWORD", "PASSWORD"},
        {"PASSWROD", "PASSWORD"},
        {"SSH_PUBLICKEY", "SSH_PUBLIC_KEY"},
        {"ETH12_GATEWEY", "ETH12_GATEWAY"},
        {"ETH1_ALIAS3_MSAK", "ETH1_ALIAS3_MASK"},
        {"USER_NAME", "USERNAME"},
        {"HOST_NAME", "SET_HOSTNAME"},
        {"SETHOSTNAME", "SET_HOSTNAME"},
        {"PASSWORD", ""},
        {"ETH0_IP", ""},
        {"DB_HOST", ""},
        {"X", ""},
        {"", ""},
        {"NS", "DNS"},
    }));
    CAPTURE(row.name);
    CHECK(nearest_known_variable(row.name).value_or("") == row.expected);
    CHECK_FALSE(nearest_known_variable(std::string(100'000, 'A')));
}

TEST_CASE("slips are counted", "[known-variables]")
{
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("abcd", "abdc") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("ca", "abc") == 3);  // each letter moves once only
}

TEST_CASE("the table, docs/variables.md and onectx-context(5) have the same names",
          "[known-variables]")
{
    auto page = read_file(source_folder() / "docs" / "variables.md");
    check_same_names(documented_variables(page), "docs/variables.md");
    auto manual = read_file(source_folder() / "man" / "onectx-context.5");
    check_same_names(variables_of_manual(manual), "man/onectx-context.5");
}

TEST_CASE("what took the place of an old name is known itself", "[known-variables]")
{
    for (const auto& known : known_variables()) {
        if (known.instead.empty()) continue;
        auto is_it = [&](const auto& other) { return other.name == known.instead; };
        auto table = known_variables();
        CHECK(std::any_of(table.begin(), table.end(), is_it));
    }
}

}  // namespace onectx::test
