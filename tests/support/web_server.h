// A server on loopback, good and bad manners included: web_server.py, or another script of
// tests/support that ends in loopback.serve(). It lives as long as this value, and not longer than
// the test program.
#pragma once

#include <string>

#include "posix/fd.h"
#include "tests/support/files.h"

namespace onectx::test {

class WebServer {
  public:
    explicit WebServer(const std::string& script = "web_server.py");
    ~WebServer();
    WebServer(const WebServer&) = delete;
    WebServer& operator=(const WebServer&) = delete;

    [[nodiscard]] std::string http(const std::string& path) const { return http_ + path; }
    [[nodiscard]] std::string https(const std::string& path) const { return https_ + path; }
    // By name: a certificate for an address is not every library's.
    [[nodiscard]] std::string https_by_name(const std::string& path) const;
    [[nodiscard]] std::string certificate() const { return folder_.path() / "cert.pem"; }

  private:
    TemporaryFolder folder_;
    Fd input_;  // the server ends when this does
    int process_ = -1;
    std::string http_;
    std::string https_;
};

}  // namespace onectx::test
