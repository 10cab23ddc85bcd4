// What the tests of the executor run it on: a root in a temporary folder, and hands that only write
// down what they were asked for.
#pragma once

#include <unistd.h>

#include <functional>

#include "common/text.h"
#include "guest/system/apply.h"
#include "tests/support/files.h"
#include "tests/support/no_kernel.h"

namespace onectx::test {

struct FakeRunner : Runner {
    std::vector<std::string> ran;
    Result<void> run(const std::vector<std::string>& argv) override
    {
        ran.push_back(argv.front());
        if (argv.front() == "broken") return fail("run broken: exit status 1");
        return {};
    }
    Result<void> run_together(const std::vector<std::vector<std::string>>& programs) override
    {
        std::vector<std::string> names;
        for (const auto& argv : programs)
            names.push_back(argv.front());
        groups.push_back(join(names, "+"));
        return Runner::run_together(programs);
    }
    std::vector<std::string> groups;
};

struct FakeKernel : NoKernel {
    std::vector<std::string> calls;
    std::function<void()> on_hostname = [] {};
    Result<void> set_hostname(const std::string& name) override
    {
        on_hostname();
        calls.push_back("hostname " + name);
        return {};
    }
    Result<void> swap_on(const std::string& device) override
    {
        calls.push_back("swapon " + device);
        if (device == "/dev/bad") return fail("swapon /dev/bad: Invalid argument");
        return {};
    }
    Result<void> set_parameter(const std::string& name, const std::string& value) override
    {
        calls.push_back("sysctl " + name + " " + value);
        return {};
    }
    Result<void> keep_console_lit() override
    {
        calls.emplace_back("console");
        return {};
    }
    Result<void> resize_partition(int, unsigned number, std::uint64_t start,
                                  std::uint64_t bytes) override
    {
        calls.push_back("partition " + std::to_string(number) + " at " + std::to_string(start) +
                        ": " + std::to_string(bytes));
        return {};
    }
    Result<void> grow_file_system(const GrowFileSystem& change) override
    {
        calls.push_back("grow " + change.mount_point);
        if (change.mount_point == "/bad") return fail("grow /bad: Invalid argument");
        return {};
    }
    Result<void> mount(const Mount& change) override
    {
        calls.push_back("mount " + change.source + " on " + change.target);
        return {};
    }
    Result<void> unmount(const Unmount& change) override
    {
        calls.push_back("unmount " + change.target);
        return {};
    }
    Result<std::string> change_link(const LinkChange& change) override
    {
        calls.push_back("link " + change.device);
        return {};
    }
    Result<void> change_dhcp(const DhcpChange& change, const Root&) override
    {
        calls.push_back((change.end ? "end dhcp " : "dhcp ") + change.client.device);
        return {};
    }
    Result<KernelNetwork> network() override
    {
        calls.emplace_back("look");
        return KernelNetwork{};
    }
    Result<bool> wait_for_network(std::chrono::milliseconds) override { return false; }
};

inline Owner own()
{
    return {std::to_string(geteuid()), std::to_string(getegid())};
}

inline WriteFile write(std::string path, std::string content, std::string planned_from = "")
{
    return {.path = std::move(path),
            .content = std::move(content),
            .owner = own(),
            .planned_from = std::move(planned_from)};
}

// A root in a temporary folder, and the executor's other hands.
struct Machine {
    TemporaryFolder folder;
    Root root = std::move(*Root::open(folder.path().string()));
    FakeRunner runner;
    FakeKernel kernel;
    int replans = 0;
    std::function<Result<Step>(std::string_view)> replan = [](std::string_view) -> Result<Step> {
        return fail("nobody should plan this again");
    };

    Report apply(const Plan& plan, ApplyOptions options = {})
    {
        auto counted = [this](std::string_view step) {
            ++replans;
            return replan(step);
        };
        return onectx::apply(plan, root, runner, kernel, counted, options);
    }

    [[nodiscard]] std::string text(const std::string& path) const
    {
        return read_file(folder.path() / path.substr(1));
    }
};

// One line a step: "name: result: message".
inline std::string summary(const Report& report)
{
    std::string text;
    for (const auto& step : report.steps) {
        text += step.name + ": " + std::string(to_text(step.result));
        if (!step.message.empty()) text += ": " + step.message;
        text += "\n";
    }
    return text;
}

}  // namespace onectx::test
