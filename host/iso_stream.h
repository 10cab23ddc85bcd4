// The content of one entry as a stream that libisofs reads, in a thread of its own. Only for
// iso_writer.
#pragma once

#include <chrono>
#include <future>
#include <mutex>
#include <optional>
#include <utility>

// Makes libisofs.h declare struct burn_source itself; libburn.h has it in a namespace of its own.
#define LIBISOFS_WITHOUT_LIBBURN
#include <libisofs/libisofs.h>

#include "common/result.h"
#include "host/layout.h"

namespace onectx {

// What happens in the thread of libisofs and is asked for in ours: the first failure to read a
// file, and the end of the thread.
class WriterThread {
  public:
    void set_error(Error error)
    {
        std::lock_guard lock(mutex_);
        if (!error_) error_ = std::move(error);
    }
    [[nodiscard]] std::optional<Error> error() const
    {
        std::lock_guard lock(mutex_);
        return error_;
    }

    // From now on the end of the calling thread is told; only one is.
    void watch_this_thread()
    {
        if (!std::exchange(is_watched_, true)) ended_.set_value_at_thread_exit();
    }
    // Until the thread ends, but no longer than that.
    void wait_for_end(std::chrono::milliseconds longest) { end_.wait_for(longest); }

  private:
    mutable std::mutex mutex_;
    std::optional<Error> error_;
    std::promise<void> ended_;
    std::future<void> end_ = ended_.get_future();
    bool is_watched_ = false;
};

enum class StreamUse {
    content,  // libisofs puts the content on the image
    space,    // it leaves as many zeros, and somebody else puts the content there
};

// The entry must outlive the stream and be no directory. No two streams have the same serial.
[[nodiscard]] IsoStream* new_stream(const TreeEntry& entry, ino_t serial, StreamUse use,
                                    WriterThread& thread);

}  // namespace onectx
