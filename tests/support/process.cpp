// See process.h.
#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

#include "tests/support/files.h"

namespace onectx::test {
namespace {

constexpr unsigned kLimitSeconds = 60;

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> list;
    for (auto& text : texts)
        list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

}  // namespace

Finished run_program(const std::vector<std::string>& argv, const ProcessOptions& options)
{
    // Output goes to files: no pipe to fill up, no order to get wrong.
    TemporaryFolder folder;
    auto out = folder.path() / "out";
    auto err = folder.path() / "err";
    auto in = folder.path() / "in";
    write_file(in, options.input);

    auto arguments = argv;
    auto environment = options.environment;
    environment.emplace_back("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    // A leak is found by the unit tests; here it would only drown what a program prints.
    environment.emplace_back("ASAN_OPTIONS=detect_leaks=0");
    auto argument_list = pointers(arguments);
    auto environment_list = pointers(environment);

    // The sanitizers' memory makes fork(2) ten times as slow.
    auto child = vfork();
    if (child < 0) throw std::runtime_error("vfork");
    if (child == 0) {
        alarm(kLimitSeconds);
        dup2(open(in.c_str(), O_RDONLY), 0);
        dup2(open(out.c_str(), O_WRONLY | O_CREAT, 0600), 1);
        dup2(open(err.c_str(), O_WRONLY | O_CREAT, 0600), 2);
        if (!options.directory.empty() && chdir(options.directory.c_str()) != 0) _exit(126);
        if (options.user != 0 && (setgid(options.user) != 0 || setuid(options.user) != 0))
            _exit(126);
        execve(argument_list[0], argument_list.data(), environment_list.data());
        _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    Finished finished{.out = read_file(out), .err = read_file(err)};
    if (WIFEXITED(status)) finished.status = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) {
        if (WTERMSIG(status) == SIGALRM) throw std::runtime_error(argv[0] + " took too long");
        finished.status = 128 + WTERMSIG(status);
    }
    return finished;
}

}  // namespace onectx::test
