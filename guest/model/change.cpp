// See change.h.
#include "guest/model/change.h"

namespace onectx {

std::string path_of(const Change& change)
{
    return std::visit(Overload{
                          [](const WriteFile& c) { return c.path; },
                          [](const RemoveFile& c) { return c.path; },
                          [](const MakeDirectory& c) { return c.path; },
                          [](const MakeSymlink& c) { return c.path; },
                          [](const Run&) { return std::string(); },
                          [](const SetKernelHostname&) { return std::string(); },
                          [](const SwapOn&) { return std::string(); },
                          [](const LinkChange&) { return std::string(); },
                      },
                      change);
}

}  // namespace onectx
