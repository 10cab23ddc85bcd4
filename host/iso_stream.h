// The content of one entry as a stream that libisofs reads, in a thread of its own. Only for
// iso_writer.
#pragma once

#include <mutex>
#include <optional>

// Makes libisofs.h declare struct burn_source itself; libburn.h has it in a namespace of its own.
#define LIBISOFS_WITHOUT_LIBBURN
#include <libisofs/libisofs.h>

#include "common/result.h"
#include "host/layout.h"

namespace onectx {

// The first failure to read a file: it happens in the thread of libisofs and is asked for in ours.
class FirstError {
  public:
    void set(Error error)
    {
        std::lock_guard lock(mutex_);
        if (!error_) error_ = std::move(error);
    }
    [[nodiscard]] std::optional<Error> get() const
    {
        std::lock_guard lock(mutex_);
        return error_;
    }

  private:
    mutable std::mutex mutex_;
    std::optional<Error> error_;
};

enum class StreamUse {
    content,  // libisofs puts the content on the image
    space,    // it leaves as many zeros, and somebody else puts the content there
};

// The entry must outlive the stream and be no directory. No two streams have the same serial.
[[nodiscard]] IsoStream* new_stream(const TreeEntry& entry, ino_t serial, StreamUse use,
                                    FirstError& problem);

}  // namespace onectx
