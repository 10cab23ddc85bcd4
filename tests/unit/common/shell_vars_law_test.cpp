// Laws of the context.sh codec: what is written is read back, real shells agree with what is read,
// and the work is linear in the size of the text, whatever the text.
#include <ctime>
#include <random>

#include "common/limits.h"
#include "common/shell_vars.h"
#include "tests/support/catch.h"
#include "tests/support/process.h"

using std::string_view_literals::operator""sv;

namespace onectx {
namespace {

// Fixed seeds: a failure can be repeated.
class Generator {
  public:
    explicit Generator(std::uint32_t seed) : engine_(seed) {}

    std::size_t below(std::size_t limit) { return engine_() % limit; }

    // Every byte but NUL, those that mean something to a shell far more often.
    std::string value()
    {
        constexpr auto kPointed = "'\"\\$`\n\r\t #;=~(){}&|<>"sv;
        std::string text;
        for (auto size = below(40); text.size() < size;)
            text += below(3) == 0 ? static_cast<char>(1 + below(255))
                                  : kPointed[below(kPointed.size())];
        return text;
    }

    std::string name()
    {
        constexpr auto kFirst = "ABCxyz_"sv;
        constexpr auto kRest = "ABCxyz_0189"sv;
        std::string text(1, kFirst[below(kFirst.size())]);
        for (auto size = below(12); text.size() < size;)
            text += kRest[below(kRest.size())];
        return text;
    }

    Context context()
    {
        Context context;
        for (auto size = below(12); size != 0; --size)
            context[name()] = {value()};
        return context;
    }

  private:
    std::mt19937 engine_;
};

}  // namespace

TEST_CASE("shell_vars: what is written is read back", "[shell_vars][law]")
{
    Generator generator(20140701);
    for (unsigned round = 0; round < 2000; ++round) {
        const auto context = generator.context();
        const auto vars = parse_shell_vars(write_shell_vars(context));
        if (vars.context == context && vars.refused.empty() && vars.warnings.empty()) continue;
        CAPTURE(round, write_shell_vars(context));
        REQUIRE(vars.context == context);
        REQUIRE(vars.refused.empty());
        REQUIRE(vars.warnings.empty());
    }
}

TEST_CASE("shell_vars: a value of every byte survives", "[shell_vars][law]")
{
    std::string bytes;
    for (unsigned byte = 1; byte < 256; ++byte)
        bytes += static_cast<char>(byte);
    const Context context{{"A", {bytes}}, {"B", {bytes + bytes}}};
    CHECK(parse_shell_vars(write_shell_vars(context)).context == context);
}

namespace {

// What the shell sets, asked for by name after it has read the text.
std::string asked_of(const std::string& shell, std::string_view text, const Context& names)
{
    std::string script(text);
    script += '\n';
    for (const auto& [name, value] : names)
        script += "printf '%s\\0' \"$" + name + "\"\n";
    const auto finished = test::run_program({shell, "-c", script});
    CHECK(finished.err.empty());
    CHECK(finished.status == 0);
    return finished.out;
}

std::string values_of(const Context& context)
{
    std::string text;
    for (const auto& [name, value] : context)
        text += value.text + '\0';
    return text;
}

}  // namespace

TEST_CASE("shell_vars: real shells read the same", "[shell_vars][law]")
{
    // Assignments of literals: harmless to a shell.
    const std::string_view text = GENERATE(values<std::string_view>({
        "A='1'\nB='it'\\''s'\nC=''\nD=\nE='one\ntwo\n'\n",
        "A=\"x y\" B=x\\ y;C=x' 'y\"!\" # D=1\nE=4#5\n",
        R"(A="\$ \` \" \\ \a \' \! $ $% a$")",
        "A=\"one\\\ntwo\"\nB=one\\\ntwo\nC='one\\\ntwo'\nD=1 \\\n E=2\n",
        "export A=1 B='2 3'\nexport C=\"4\"\n",
        "A=1\nA=2 A=3\n",
        "_a1=*?[x]{y}!%^@,=\nB=$\nC=a$\nD=$,\n",
        "A=x~\nB=''~\nC=a\\:~\nD='~':\nE=\"~\"\nF=\\~\n",
        "A='\xFF\x80\x81\x88\xC3\xA4'\nB=\"\xFF\x80\x81\x88\xC3\xA4\"\nC="
        "\xFF\x80\x81\x88\xC3\xA4\n",
        "A='\x01\x02\x7F\t\r'\nB=\"\x01\x02\x7F\t\r\"\nC=\x01\x02\x7F\r.\n",
        "A='a'\"b\"c\\d''\"\"\n",
        "A=\\a\\'\\\"\\\\\\$\\`\\;\\#\\&\n",
        "A=a\\\n\nB='\\'\nC=\"\\\\\"\n",
        "A=#\nB=a#b;C=3;\n",
    }));
    const auto* shell = GENERATE("/bin/sh", "/bin/bash");
    CAPTURE(text, shell);
    const auto vars = parse_shell_vars(text);
    CHECK(vars.refused.empty());
    CHECK(vars.warnings.empty());
    CHECK_FALSE(vars.context.empty());
    CHECK(asked_of(shell, text, vars.context) == values_of(vars.context));
}

TEST_CASE("shell_vars: bash reads $'...' the same", "[shell_vars][law]")
{
    const std::string_view text = GENERATE(values<std::string_view>({
        R"(A=$'a\tb\n\r\a\b\e\E\f\v\\\'\"\?')",
        R"(A=$'\x41\x4a4\x4\101\1012\7\777' B=$'\q\z\8\x\xg\u\U')",
        R"(A=$'\cA\cz\c?\c[\c\\x\c' B=$'' C=$'a'$'b'c)",
        R"(A=$'\u41\u0041\U41\U00000041g')",
        "A=$'one\ntwo\\\nthree'\n",
    }));
    CAPTURE(text);
    const auto vars = parse_shell_vars(text);
    CHECK(vars.refused.empty());
    CHECK_FALSE(vars.context.empty());
    CHECK(asked_of("/bin/bash", text, vars.context) == values_of(vars.context));
}

TEST_CASE("shell_vars: a value in double quotes ends where a shell ends it", "[shell_vars][law]")
{
    // The expansions expand to nothing or to harmless words; what counts is B, which comes after.
    // A lone ' in "${x:-'}" is missing here: dash takes it for text, bash (unless --posix) for a
    // quote.
    const std::string_view text = GENERATE(values<std::string_view>({
        "A=\"${x:-\"}\"}'}\" B=1\n",
        "A=\"${x#'}'}\" B=1\n",
        "A=\"${x%\"}\"}\" B=1\n",
        "A=\"${x:-\\}}\" B=1\n",
        "A=\"$(printf \"%s\" ')' \\) \")\" # )\n)\" B=1\n",
        "A=\"$(printf '\"')\" B=1\n",
        "A=\"$((1 + (2)))\" B=1\n",
        "A=\"`printf \"%s\" ')' \\`printf x\\``\" B=1\n",
        "A=\"$(printf \"${x:-$(printf \")\")}\")\" B=1\n",
        "A=\"$\\\n(printf \")\" x\\\n#)\" B=1\n",
        "A=\"$x$$$?$!$#$-$@$*$1\" B=1\n",
    }));
    const auto* shell = GENERATE("/bin/sh", "/bin/bash");
    CAPTURE(text, shell);
    const auto vars = parse_shell_vars(text);
    CHECK(vars.refused.empty());
    CHECK_FALSE(vars.warnings.empty());
    REQUIRE(value_of(vars.context, "B") == "1");
    CHECK(asked_of(shell, text, {{"B", {}}}) == "1\0"sv);
}

TEST_CASE("shell_vars: no text takes more than its share of time", "[shell_vars][law]")
{
    struct Row {
        std::string_view head, repeated;
    };
    const auto row = GENERATE(values<Row>({
        {"", "A='x\nB=\"y\nC=$'z\n"},  // quotes that pair wrongly
        {"A='\nB=\"\nC=\"$(\n", "x"},  // quotes that nothing closes
        {"", "A=\"${\n"},              // nested too deeply, on every line
        {"", "((((((((("},             //
        {"", "A=\"$x\" "},             // warnings, in one line
        {"", "rm;"},                   // refused commands, in one line
        {"", "rm\n"},                  //
        {"", "PASSWORD= x\n"},         //
        {"", "A= aa= 'bb=' cc=\n"},    //
        {"A='", " KEY=x\n"},           // much that looks like a secret
        {"", "A=1 "},                  // one command
        {"", "A=1\n"},                 //
        {"", "\0"sv},                  //
        {"", "'"},                     //
        {"", "\\"},                    //
    }));
    CAPTURE(row.head, row.repeated);
    // Sanitizers are slow, so this is a part of the largest size: enough to tell quadratic work.
    std::string text(row.head);
    while (text.size() < kMaxContextBytes / 64)
        text += row.repeated;
    const auto start = std::clock();  // of this process: other work on the machine does not count
    const auto vars = parse_shell_vars(text);
    const auto seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    CHECK(seconds < 5);
    CHECK(vars.refused.size() <= kMaxDiagnostics);
    CHECK(vars.warnings.size() <= kMaxDiagnostics);
}

}  // namespace onectx
