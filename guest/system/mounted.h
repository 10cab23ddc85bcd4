// A medium mounted read-only in a private directory, for as long as the object lives.
// Promises that nothing on it is executed, obeyed as a device, or seen by other users, and that it
// is unmounted and the directory gone afterwards. Refuses file systems other than iso9660.
#pragma once

#include <string>

#include "common/result.h"

namespace onectx {

class Mounted {
  public:
    // Mounts `device` below `base`, which is made (0700) when it is not there. Error::code ENODEV:
    // this kernel does not know iso9660. Needs CAP_SYS_ADMIN, else EPERM.
    [[nodiscard]] static Result<Mounted> iso9660(const std::string& device,
                                                 const std::string& base = "/run/onectx");
    Mounted(Mounted&& other) noexcept;
    Mounted& operator=(Mounted&&) = delete;
    Mounted(const Mounted&) = delete;
    Mounted& operator=(const Mounted&) = delete;
    ~Mounted();

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    explicit Mounted(std::string path) : path_(std::move(path)) {}
    std::string path_;  // empty: nothing to undo
};

}  // namespace onectx
