// The keys of one vector of a template, in both readings of the native syntax: of a key that occurs
// twice the first one counts, and a warning says so.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "host/template.h"

namespace onectx {

class UniqueKeys {
  public:
    // Warnings about `text` go to `result`.
    UniqueKeys(std::string_view text, Template& result) : text_(text), result_(result) {}

    void add(TemplateItem item, TemplateVector& items);

  private:
    std::string_view text_;
    Template& result_;
    std::set<std::string> keys_;
};

}  // namespace onectx
