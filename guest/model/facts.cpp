// See facts.h.
#include "guest/model/facts.h"

namespace onectx {

std::string_view to_text(Init init)
{
    switch (init) {
        case Init::systemd: return "systemd";
        case Init::openrc: return "openrc";
        case Init::sysv: return "sysv";
        case Init::unknown: break;
    }
    return "unknown";
}

}  // namespace onectx
