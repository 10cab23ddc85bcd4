// Machines that the released program makes whole: everything that a context can say of files is in
// theirs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/fault/tree.h"

namespace onectx::test {

enum class Scene {
    image,    // unpacked below another root, with ifupdown
    boot,     // the local stage of a running machine with networkd, new from a sealed image
    scripts,  // what runs there once the network is up
};

// The program as it is released; it fails the test where that is not built.
[[nodiscard]] std::string released_guest();

class SceneMachine {
  public:
    // `folder` has room for the machine and belongs to it; `program` is linked into it, so it lies
    // in the same file system.
    SceneMachine(Scene scene, std::filesystem::path folder, const std::filesystem::path& program);

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }
    // The command that is disturbed.
    [[nodiscard]] std::vector<std::string> command() const { return command({}); }
    [[nodiscard]] std::vector<std::string> show_plan() const;
    void start_again() const;  // with another boot ID

    // The files without what differs from run to run: salts, keys, days, times, logs.
    [[nodiscard]] Tree files() const;
    // What must be so at any moment.
    void check() const;
    // Every script, once at least.
    void check_all_have_run() const;

  private:
    [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& words) const;
    void write_system() const;
    void write_sealed() const;
    void write_context() const;

    Scene scene_;
    std::filesystem::path root_;
    std::filesystem::path program_;
};

}  // namespace onectx::test
