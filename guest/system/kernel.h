// Kernel state that apply may change, behind an interface so that tests and an offline root change
// none.
#pragma once

#include <string>

#include "common/result.h"

namespace onectx {

class Kernel {
  public:
    Kernel() = default;
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;
    virtual ~Kernel() = default;

    [[nodiscard]] virtual Result<void> set_hostname(const std::string& name) = 0;  // sethostname(2)
    // swapon(2); a device that is already in use is success.
    [[nodiscard]] virtual Result<void> swap_on(const std::string& device) = 0;
};

class SystemKernel : public Kernel {
  public:
    [[nodiscard]] Result<void> set_hostname(const std::string& name) override;
    [[nodiscard]] Result<void> swap_on(const std::string& device) override;
};

}  // namespace onectx
