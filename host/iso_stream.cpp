// See iso_stream.h.
#include "host/iso_stream.h"

#include <cstdlib>
#include <cstring>
#include <memory>

#include "host/content_reader.h"

// libisofs leaves this structure, which applications fill in, out of its header for C++ because a
// member is called `class`.
struct iso_stream {
    IsoStreamIface* methods;
    int references;
    void* data;
};

namespace onectx {
namespace {

// What the methods of a stream know.
struct Content {
    ContentReader reader;
    StreamUse use;
    WriterThread* thread;
    ino_t serial;
};

Content& content_of(IsoStream* stream)
{
    return *static_cast<Content*>(stream->data);
}

int report(const Content& content, Error error)
{
    content.thread->set_error(std::move(error));
    return static_cast<int>(ISO_FILE_READ_ERROR);
}

int open_content(IsoStream* stream)
{
    auto& content = content_of(stream);
    content.thread->watch_this_thread();
    if (content.use == StreamUse::space) return 1;
    auto opened = content.reader.open();
    return opened ? 1 : report(content, opened.error());
}

int close_content(IsoStream* stream)
{
    content_of(stream).reader.close();
    return 1;
}

off_t content_size(IsoStream* stream)
{
    return static_cast<off_t>(content_of(stream).reader.size());
}

int read_content(IsoStream* stream, void* buffer, std::size_t count)
{
    auto& content = content_of(stream);
    if (content.use == StreamUse::space) {
        std::memset(buffer, 0, count);
        return static_cast<int>(count);
    }
    auto got = content.reader.read({static_cast<char*>(buffer), count});
    return got ? static_cast<int>(*got) : report(content, got.error());
}

int content_is_repeatable(IsoStream* /*stream*/)
{
    return 1;
}

// No inodes: streams that seem the same to libisofs become one file, and images must not depend on
// them.
void identify_content(IsoStream* stream, unsigned* file_system, dev_t* device, ino_t* inode)
{
    *file_system = 0;
    *device = 0;
    *inode = content_of(stream).serial;
}

void free_content(IsoStream* stream)
{
    delete &content_of(stream);
}

int keep_size(IsoStream* /*stream*/)
{
    return 1;
}

IsoStream* no_input(IsoStream* /*stream*/, int /*flag*/)
{
    return nullptr;
}

IsoStreamIface content_methods{
    .version = 2,
    .type = {'u', 's', 'e', 'r'},
    .open = open_content,
    .close = close_content,
    .get_size = content_size,
    .read = read_content,
    .is_repeatable = content_is_repeatable,
    .get_id = identify_content,
    .free = free_content,
    .update_size = keep_size,
    .get_input_stream = no_input,
    .cmp_ino = nullptr,
    .clone_stream = nullptr,
};

}  // namespace

// libisofs frees what it takes with free(3), and what the methods know with their `free`.
IsoStream* new_stream(const TreeEntry& entry, ino_t serial, StreamUse use, WriterThread& thread)
{
    auto content = std::make_unique<Content>(Content{ContentReader(entry), use, &thread, serial});
    auto* stream = static_cast<IsoStream*>(std::malloc(sizeof(IsoStream)));
    if (!stream) throw std::bad_alloc();
    *stream = {&content_methods, 1, content.release()};
    return stream;
}

}  // namespace onectx
