// The messages of netlink(7), apart from what they are about: reading a datagram, building a
// request, and a socket that asks the kernel and listens to it.
// Promises to read nothing outside a message, whatever its lengths say.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "common/result.h"
#include "guest/system/fd.h"

namespace onectx {

using Bytes = std::span<const std::byte>;

// A copy of the structure that the bytes begin with; absent when there are too few.
template <class T>
[[nodiscard]] std::optional<T> begins_with(Bytes bytes)
{
    if (bytes.size() < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
}

// What follows a structure of this size; structures and attributes begin at multiples of four.
[[nodiscard]] Bytes after(Bytes bytes, std::size_t size);

[[nodiscard]] Failure cut_short();  // "the kernel's answer is cut short"

// A message that is neither an end nor an error, and an attribute, by type and content.
using Reader = std::function<Result<void>(std::uint16_t type, Bytes content)>;

// What one datagram of an answer came to.
enum class Dump { more, done, interrupted };  // interrupted: it changed meanwhile, ask again

// Hands each message to the reader. A message that is cut short, or an error from the kernel, is an
// error; the acknowledgement of a request is `done`.
[[nodiscard]] Result<Dump> read_messages(Bytes datagram, const Reader& reader);

[[nodiscard]] Result<void> read_attributes(Bytes attributes, const Reader& reader);

// A request, built front to back.
class NetlinkRequest {
  public:
    template <class Body>
    NetlinkRequest(std::uint16_t type, std::uint16_t flags, const Body& body)
    {
        begin(type, flags);
        append(&body, sizeof(body));
    }
    template <class T>
    void add(std::uint16_t attribute, const T& value)
    {
        add(attribute, &value, sizeof(value));
    }
    void add(std::uint16_t attribute, const void* value, std::size_t size);
    // An attribute that holds those that `fill` adds.
    template <class Fill>
    void add_nested(std::uint16_t attribute, const Fill& fill)
    {
        const auto start = bytes_.size();
        add(attribute, nullptr, 0);
        fill();
        const auto size = static_cast<std::uint16_t>(bytes_.size() - start);
        std::memcpy(bytes_.data() + start, &size, sizeof(size));
    }
    [[nodiscard]] Bytes bytes() const { return bytes_; }

  private:
    void begin(std::uint16_t type, std::uint16_t flags);
    void append(const void* value, std::size_t size);
    std::vector<std::byte> bytes_;
};

// A socket of NETLINK_ROUTE in this network name space.
class NetlinkSocket {
  public:
    // `groups` are those of rtnetlink(7) to listen to (RTMGRP_LINK, …).
    [[nodiscard]] static Result<NetlinkSocket> open(unsigned groups = 0);

    // A request that is answered by a dump: every message of it to the reader.
    [[nodiscard]] Result<Dump> dump(const NetlinkRequest& request, const Reader& reader);
    // One that is answered by an acknowledgement; the kernel's refusal is an error.
    [[nodiscard]] Result<void> ask(const NetlinkRequest& request);
    // Whether the groups said anything within the time. What it was is dropped.
    [[nodiscard]] Result<bool> wait(std::chrono::milliseconds limit);
    // To wait for the groups beside other things.
    [[nodiscard]] int fd() const { return fd_.get(); }

  private:
    explicit NetlinkSocket(Fd fd) : fd_(std::move(fd)) {}
    [[nodiscard]] Result<Bytes> receive();
    Fd fd_;
    std::vector<std::byte> buffer_;
};

}  // namespace onectx
