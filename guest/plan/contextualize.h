// The pure whole of the guest: a context, the image's policy, the facts and the tree become a plan.
// What `apply` executes, `plan` shows and the golden tests compare.
#pragma once

#include <string>

#include "guest/plan/plan.h"

namespace onectx {

struct Contextualization {
    Settings settings;
    Plan plan;
    Stage stage = Stage::all;
    Occasion occasion = {};

    // One step planned again from the same wishes and the tree as it is now; see apply.h.
    [[nodiscard]] Result<Step> replan(std::string_view step, const Policy& policy,
                                      const Facts& facts, const FileReader& tree) const;
};

// `backend` is what --backend says, empty to detect.
[[nodiscard]] Contextualization contextualize(const ShellVars& vars, const Policy& policy,
                                              const Facts& facts, const FileReader& tree,
                                              Stage stage, const std::string& backend,
                                              const Occasion& occasion = {});

}  // namespace onectx
