// A run that came to nothing: it leaves its reason where one looks for what runs did.
#pragma once

#include <chrono>
#include <string>

#include "guest/program/options.h"

namespace onectx {

// Of a run of a running system that began then: the reason in `status`, and a line on the screen.
void tell_of_vain_run(const Options& options, const std::string& stage,
                      std::chrono::steady_clock::time_point begin, const std::string& reason);

}  // namespace onectx
