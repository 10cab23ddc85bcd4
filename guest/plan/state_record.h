// What was applied before, as keyed digests: enough to see that a value changed, useless to whoever
// wants to guess the value (user-needs R-53). The key is this machine's own.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/secret.h"
#include "guest/model/change.h"
#include "guest/model/facts.h"
#include "guest/model/reader.h"

namespace onectx {

inline constexpr std::string_view kStateDirectory = "/var/lib/onectx";
inline constexpr std::string_view kStateKey = "/var/lib/onectx/key";

class StateRecord {
  public:
    // The record NAME of a directory, and the key of /var/lib/onectx. A machine without a usable
    // key takes the fresh one of the facts, and then no digest that is there means anything.
    [[nodiscard]] static Result<StateRecord> read(std::string_view name, const FileReader& tree,
                                                  const Facts& facts,
                                                  std::string_view directory = kStateDirectory);

    // Whether exactly this value was the last one applied for the subject (one line of text).
    [[nodiscard]] bool is_last(std::string_view subject, std::string_view value) const;
    // Whether anything was applied for the subject.
    [[nodiscard]] bool knows(std::string_view subject) const;
    void set(std::string_view subject, std::string_view value);
    void forget(std::string_view subject);
    [[nodiscard]] std::vector<std::string> subjects() const;

    // The files as they have to be written; empty when nothing changed.
    [[nodiscard]] std::vector<Change> changes() const;

  private:
    StateRecord() = default;
    [[nodiscard]] std::string digest(std::string_view subject, std::string_view value) const;

    std::string directory_;
    std::string path_;
    Secret key_;
    bool key_is_fresh_ = false;
    bool changed_ = false;
    std::map<std::string, std::string, std::less<>> digests_;  // subject -> hex
};

}  // namespace onectx
