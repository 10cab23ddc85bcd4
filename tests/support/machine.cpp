// See machine.h.
#include "tests/support/machine.h"

#include "common/base64.h"
#include "common/text.h"
#include "guest/plan/prune.h"
#include "tests/support/apply_to_tree.h"

namespace onectx::test {

Facts Machine::facts_of_tests()
{
    Facts facts;
    facts.kernel_hostname = "localhost";
    facts.days_since_epoch = 20000;
    facts.password_salt_bytes = "0123456789abcdef";
    facts.fresh_state_key = Secret(std::string(32, 'k'));
    return facts;
}

Result<PlannedStep> Machine::plan(Planner planner) const
{
    auto settings = make_settings(context, policy);
    return planner({settings, policy, facts, tree, "none"});
}

PlannedStep Machine::run(Planner planner)
{
    auto planned = plan(planner);
    if (!planned) return {{}, {{"", planned.error().message, true}}};
    planned->step = prune(std::move(planned->step), tree, facts);
    apply_to_tree(planned->step, tree);
    return std::move(*planned);
}

PlannedStep Machine::run(const std::vector<Planner>& planners)
{
    PlannedStep all;
    for (auto planner : planners) {
        auto one = run(planner);
        all.step.changes.insert(all.step.changes.end(), one.step.changes.begin(),
                                one.step.changes.end());
        all.problems.insert(all.problems.end(), one.problems.begin(), one.problems.end());
    }
    return all;
}

std::string Machine::text_of(const std::string& path) const
{
    auto file = tree.read(path);
    return file && *file ? (*file)->content : "(none)";
}

Context context_of(std::initializer_list<std::pair<std::string, std::string>> values)
{
    Context context;
    for (const auto& [name, value] : values)
        context[name] = {value, 0};
    return context;
}

std::vector<std::string> to_lines(const std::vector<Problem>& problems)
{
    std::vector<std::string> lines;
    for (const auto& problem : problems)
        lines.push_back((problem.error ? "error " : "warning ") + problem.variable + ": " +
                        problem.message);
    return lines;
}

std::vector<std::string> paths_of(const Step& step)
{
    std::vector<std::string> paths;
    for (const auto& change : step.changes) {
        if (const auto* name = std::get_if<SetKernelHostname>(&change))
            paths.push_back("hostname " + name->name);
        else if (const auto* swap = std::get_if<SwapOn>(&change))
            paths.push_back("swapon " + swap->device);
        else if (const auto* parameter = std::get_if<SetKernelParameter>(&change))
            paths.push_back("sysctl " + parameter->name + " " + parameter->value);
        else if (std::holds_alternative<KeepConsoleLit>(change))
            paths.emplace_back("console");
        else if (const auto* run = std::get_if<Run>(&change))
            paths.push_back("run " + join(run->argv, " "));
        else if (const auto* part = std::get_if<GrowPartition>(&change))
            paths.push_back("grow " + part->disk + " " + std::to_string(part->number));
        else if (const auto* file_system = std::get_if<GrowFileSystem>(&change))
            paths.push_back("grow " + file_system->mount_point);
        else if (const auto* mount = std::get_if<Mount>(&change))
            paths.push_back("mount " + mount->source + " " + mount->target);
        else if (const auto* unmount = std::get_if<Unmount>(&change))
            paths.push_back("unmount " + unmount->source + " " + unmount->target);
        else
            paths.push_back(path_of(change));
    }
    return paths;
}

std::string test_key(char letter, const std::string& comment)
{
    const std::string type = "ssh-ed25519";
    auto string_of = [](const std::string& text) {
        return std::string(3, '\0') + static_cast<char>(text.size()) + text;
    };
    auto line = type + " " + encode_base64(string_of(type) + string_of(std::string(32, letter)));
    return comment.empty() ? line : line + " " + comment;
}

std::string random_text(std::mt19937& random, const std::vector<std::string>& lines)
{
    auto below = [&](std::size_t limit) { return random() % limit; };
    const std::vector<std::string> ends{"\n", "\n", "\r\n", "\n\n", " \t\n"};
    std::string text;
    for (auto left = below(12); left > 0; --left) {
        if (below(3) == 0) {
            for (auto bytes = below(20); bytes > 0; --bytes)
                text += static_cast<char>(1 + below(255));
        } else {
            text += lines[below(lines.size())];
        }
        text += left == 1 && below(2) == 0 ? "" : ends[below(ends.size())];
    }
    return text;
}

}  // namespace onectx::test
