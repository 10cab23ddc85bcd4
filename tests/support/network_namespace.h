// A network of the test's own: the calling thread moves into a fresh network namespace and builds
// it there; the machine's own network is never seen. Needs root; where there is none, made() is
// false and the test says that it did nothing.
#pragma once

#include <string>
#include <vector>

#include "common/address.h"

namespace onectx::test {

class NetworkNamespace {
  public:
    NetworkNamespace();
    ~NetworkNamespace();  // back to the namespace before
    NetworkNamespace(const NetworkNamespace&) = delete;
    NetworkNamespace& operator=(const NetworkNamespace&) = delete;

    [[nodiscard]] bool made() const { return made_; }

  private:
    int before_ = -1;
    bool made_ = false;
};

// Runs ip(8) with these words; a test that it fails for fails by exception.
void ip(const std::string& words);
// What it prints.
[[nodiscard]] std::string ip_output(const std::string& words);

// A pair of devices of which both ends are there and up, the first with this address of its own.
void add_veth(const std::string& name, const std::string& mac, const std::string& peer);

}  // namespace onectx::test
