// See progress.h.
#include "host/batch/progress.h"

#include <unistd.h>

#include <algorithm>

namespace onectx {
namespace {

constexpr std::size_t kBarWidth = 30;
constexpr std::chrono::milliseconds kPause{100};
constexpr std::string_view kClear = "\r\x1B[K";

void print(std::string_view text)
{
    static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));  // it is only a sight
}

}  // namespace

std::string progress_text(std::optional<unsigned> percent, std::size_t done, std::size_t failed)
{
    std::string text;
    if (percent) {
        auto filled = std::min<std::size_t>(kBarWidth, *percent * kBarWidth / 100);
        auto number = std::to_string(*percent);
        text = "[" + std::string(filled, '=') + std::string(kBarWidth - filled, ' ') + "] " +
               std::string(3 - std::min<std::size_t>(3, number.size()), ' ') + number + "%  ";
    }
    text += std::to_string(done) + " images";
    if (failed > 0) text += ", " + std::to_string(failed) + " failed";
    return text;
}

Progress::Progress() : is_watched_(isatty(STDERR_FILENO) == 1) {}

void Progress::show(std::optional<unsigned> percent)
{
    auto now = std::chrono::steady_clock::now();
    if (!is_watched_ || now - last_ < kPause) return;
    last_ = now;
    is_shown_ = true;
    print(std::string(kClear) + progress_text(percent, done_, failed_));
}

void Progress::clear()
{
    if (is_shown_) print(kClear);
    is_shown_ = false;
}

}  // namespace onectx
