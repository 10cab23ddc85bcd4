// How long something may still take, all of its parts together.
#pragma once

#include <algorithm>
#include <chrono>

namespace onectx {

class Deadline {
  public:
    explicit Deadline(std::chrono::milliseconds limit) : end_(Clock::now() + limit) {}

    // At least 0; what poll(2) takes.
    [[nodiscard]] int remaining_ms() const
    {
        using std::chrono::milliseconds;
        auto left = std::chrono::duration_cast<milliseconds>(end_ - Clock::now());
        return static_cast<int>(std::max(left, milliseconds(0)).count());
    }
    [[nodiscard]] bool is_over() const { return remaining_ms() == 0; }

  private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point end_;
};

}  // namespace onectx
