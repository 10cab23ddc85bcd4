// How far a batch is, for a person who watches: one line on standard error that is drawn again and
// again. Silent where standard error is no terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace onectx {

// "[=====     ]  50%  1200 images, 3 failed"; without the bar when it is unknown how far it is.
[[nodiscard]] std::string progress_text(std::optional<unsigned> percent, std::size_t done,
                                        std::size_t failed);

class Progress {
  public:
    Progress();

    void count(bool ok) { ok ? ++done_ : ++failed_; }
    void show(std::optional<unsigned> percent);  // now and then
    void clear();                                // before something else is printed

  private:
    bool is_watched_;
    bool is_shown_ = false;
    std::size_t done_ = 0;
    std::size_t failed_ = 0;
    std::chrono::steady_clock::time_point last_{};
};

}  // namespace onectx
