// Golden trees: tests/golden/guest/CASE holds context.sh, root/ (the machine before), expected/
// (after) and plan.txt. The trees are compared both ways, so a missing file fails as an extra one
// does. Each case runs twice and the second run must plan nothing (design law 2). UPDATE_GOLDEN=1
// rewrites what is expected.
//
// In a case folder: `backend` may name --backend, `policy` holds a guest.conf. What git cannot keep
// (empty directories, links) is made by the lines of `setup`: "dir PATH", "link PATH TARGET".

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "common/shell_vars.h"
#include "common/text.h"
#include "guest/plan/contextualize.h"
#include "guest/plan/prune.h"
#include "guest/plan/show.h"
#include "guest/system/apply.h"
#include "guest/system/config.h"
#include "guest/system/facts.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/no_kernel.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = source_folder() / "tests/golden/guest";

// Anything that reaches for the machine itself is a bug of a golden test's run.
class NoRunner : public Runner {
  public:
    Result<void> run(const std::vector<std::string>&) override { return fail("not in a test"); }
};

// path -> "file MODE\ncontent", "link TARGET" or "dir". The mode of a file belongs to what is
// compared only where git keeps it: executable or not; plan.txt has it in full.
std::map<std::string, std::string> tree_of(const fs::path& root)
{
    std::map<std::string, std::string> tree;
    if (!fs::exists(root)) return tree;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        auto name = entry.path().lexically_relative(root).string();
        if (name.ends_with(".gitkeep")) continue;
        if (entry.is_symlink())
            tree[name] = "link " + fs::read_symlink(entry.path()).string();
        else if (entry.is_regular_file())
            tree[name] = "file\n" + read_file(entry.path());
    }
    return tree;
}

void set_up(const fs::path& root, const fs::path& setup)
{
    if (!fs::exists(setup)) return;
    auto text = read_file(setup);
    for (auto line : split_lines(text)) {
        auto words = split(line, ' ');
        auto path = root / fs::path(words.at(1)).relative_path();
        fs::create_directories(words[0] == "dir" ? path : path.parent_path());
        if (words[0] == "link") fs::create_symlink(words.at(2), path);
    }
}

struct Run {
    std::string shown;
    Report report;
    bool empty = false;
};

Run run_case(const fs::path& folder, const fs::path& directory)
{
    auto root = Root::open(directory.string());
    REQUIRE(root);
    auto file = fs::exists(folder / "policy") ? (folder / "policy").string() : std::string();
    auto config = load_config(*root, file);
    REQUIRE(config);
    const auto& policy = config->policy;
    auto facts = gather_facts(*root, true);
    REQUIRE(facts);
    facts->days_since_epoch = 20000;
    facts->password_salt_bytes = std::string(16, 's');
    facts->fresh_state_key = Secret(std::string(32, 'k'));
    // Whoever runs the tests owns the tree; what it holds belongs to root in the machine it stands
    // for.
    auto backend = fs::exists(folder / "backend") ? std::string(trim(read_file(folder / "backend")))
                                                  : std::string();
    auto vars = parse_shell_vars(read_file(folder / "context.sh"));
    auto planned = contextualize(vars, policy, *facts, *root, Stage::local, backend);
    auto plan = prune(planned.plan, *root, *facts);
    Run run{.shown = show_text(plan, *root), .report = {}};
    run.empty = std::all_of(plan.steps.begin(), plan.steps.end(),
                            [](const auto& step) { return step.changes.empty(); });
    for (const auto& problem : plan.problems)
        run.shown += (problem.error ? "error " : "warning ") + problem.variable + ": " +
                     problem.message + "\n";
    NoRunner runner;
    NoKernel kernel;
    auto replan = [&](std::string_view step) {
        return planned.replan(step, policy, *facts, *root);
    };
    run.report = apply(plan, *root, runner, kernel, replan, {.offline = true, .activate = false});
    return run;
}

std::vector<std::string> case_names()
{
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(kCases))
        if (entry.is_directory()) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

TEST_CASE("golden trees", "[golden]")
{
    auto names = case_names();
    REQUIRE(names.size() >= 10);
    for (const auto& name : names) {
        DYNAMIC_SECTION(name)
        {
            auto folder = kCases / name;
            TemporaryFolder temporary;
            auto root = temporary.path() / "root";
            fs::create_directories(root);
            if (fs::exists(folder / "root"))
                fs::copy(folder / "root", root,
                         fs::copy_options::recursive | fs::copy_options::copy_symlinks);
            set_up(root, folder / "setup");

            auto first = run_case(folder, root);
            for (const auto& step : first.report.steps) {
                INFO(step.name << ": " << step.message);
                CHECK(step.result != StepResult::failed);
            }
            auto after = tree_of(root);
            if (std::getenv("UPDATE_GOLDEN") != nullptr) {
                fs::remove_all(folder / "expected");
                fs::copy(root, folder / "expected",
                         fs::copy_options::recursive | fs::copy_options::copy_symlinks);
                std::ofstream(folder / "plan.txt") << first.shown;
            }
            auto expected = tree_of(folder / "expected");
            CHECK(after == expected);
            CHECK(first.shown == read_file(folder / "plan.txt"));

            auto second = run_case(folder, root);
            INFO(second.shown);
            CHECK(second.empty);
            CHECK(tree_of(root) == after);
        }
    }
}

}  // namespace onectx::test
