// A web server on loopback, good and bad manners included (tests/support/web_server.py). It lives
// as long as this value, and not longer than the test program.
#pragma once

#include <string>

#include "posix/fd.h"
#include "tests/support/files.h"

namespace onectx::test {

class WebServer {
  public:
    WebServer();
    ~WebServer();
    WebServer(const WebServer&) = delete;
    WebServer& operator=(const WebServer&) = delete;

    [[nodiscard]] std::string http(const std::string& path) const { return http_ + path; }
    [[nodiscard]] std::string https(const std::string& path) const { return https_ + path; }
    [[nodiscard]] std::string certificate() const { return folder_.path() / "cert.pem"; }

  private:
    TemporaryFolder folder_;
    Fd input_;  // the server ends when this does
    int process_ = -1;
    std::string http_;
    std::string https_;
};

}  // namespace onectx::test
