// A real sshd on the loopback for the length of a test, with keys and settings of its own. The
// client finds it as the host `node`.
#pragma once

#include <sys/types.h>

#include <string>

#include "tests/support/files.h"

namespace onectx::test {

class SshServer {
  public:
    SshServer();  // throws when there is no sshd or it does not answer
    ~SshServer();
    SshServer(const SshServer&) = delete;
    SshServer& operator=(const SshServer&) = delete;

    // The ssh client with the options that lead here, as --ssh takes it.
    [[nodiscard]] std::string client() const;

  private:
    bool start(unsigned port);
    void stop();

    TemporaryFolder folder_;
    pid_t pid_ = 0;
};

}  // namespace onectx::test
