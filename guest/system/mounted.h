// A medium mounted read-only for as long as the object lives: nowhere (fsmount(2)), or in a private
// directory where the kernel cannot do that (before 5.2). Promises that nothing on it is executed
// (unless it is for that), obeyed as a device, or seen by other users, and that nothing of it
// stays. Refuses file systems other than iso9660.
#pragma once

#include <string>

#include "common/result.h"
#include "guest/system/fd.h"

namespace onectx {

class Mounted {
  public:
    // Only a private directory needs `base`, which is made (0700) when it is not there. Error::code
    // ENODEV: this kernel does not know iso9660. Needs CAP_SYS_ADMIN, else EPERM.
    [[nodiscard]] static Result<Mounted> iso9660(const std::string& device,
                                                 const std::string& base = "/run/onectx");
    // In a directory below `base` in any case, and programs on it may be executed: for scripts of
    // the context, which are told a path.
    [[nodiscard]] static Result<Mounted> for_scripts(const std::string& device,
                                                     const std::string& base = "/run/onectx");
    Mounted(Mounted&& other) noexcept;
    Mounted& operator=(Mounted&&) = delete;
    Mounted(const Mounted&) = delete;
    Mounted& operator=(const Mounted&) = delete;
    ~Mounted();

    [[nodiscard]] std::string path() const;

  private:
    explicit Mounted(Fd nowhere) : nowhere_(std::move(nowhere)) {}
    explicit Mounted(std::string directory) : directory_(std::move(directory)) {}
    Fd nowhere_;             // the mount goes when it is closed
    std::string directory_;  // empty: nothing to undo
};

}  // namespace onectx
