// See resolve.h.
#include "guest/system/http/resolve.h"

#include <ares.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "common/text.h"

namespace onectx {
namespace {

constexpr int kQueryMs = 2000;  // for the first try of a server; each further one takes longer
constexpr int kTries = 3;
constexpr int kMaxPollMs = 500;

class Channel {
  public:
    Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    ~Channel()
    {
        if (channel_ != nullptr) ares_destroy(channel_);
    }

    Result<void> open()
    {
        ares_options options = {};
        options.timeout = kQueryMs;
        options.tries = kTries;
        auto status = ares_library_init(ARES_LIB_INIT_ALL);
        if (status == ARES_SUCCESS)
            status = ares_init_options(&channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
        if (status != ARES_SUCCESS) return fail(ares_strerror(status));
        return {};
    }

    [[nodiscard]] ares_channel get() const { return channel_; }

    // Until `done`. What is still asked for then is called off.
    Result<void> run(const bool& done, const Deadline& deadline)
    {
        while (!done) {
            if (deadline.is_over()) {
                ares_cancel(channel_);
                return fail("no answer in time");
            }
            std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
            const auto wanted = ares_getsock(channel_, sockets.data(), ARES_GETSOCK_MAXNUM);
            std::vector<pollfd> polled;
            for (unsigned i = 0; i < sockets.size(); ++i) {
                short events = 0;
                if (ARES_GETSOCK_READABLE(static_cast<unsigned>(wanted), i)) events |= POLLIN;
                if (ARES_GETSOCK_WRITABLE(static_cast<unsigned>(wanted), i)) events |= POLLOUT;
                if (events != 0) polled.push_back({sockets[i], events, 0});
            }
            poll(polled.data(), polled.size(), std::min(deadline.remaining_ms(), kMaxPollMs));
            for (const auto& socket : polled)
                ares_process_fd(channel_,
                                (socket.revents & ~POLLOUT) != 0 ? socket.fd : ARES_SOCKET_BAD,
                                (socket.revents & POLLOUT) != 0 ? socket.fd : ARES_SOCKET_BAD);
            ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // times out what is late
        }
        return {};
    }

  private:
    ares_channel channel_ = nullptr;
};

struct Lookup {
    bool done = false;
    int status = ARES_ENODATA;
    std::vector<IpAddress> addresses;
    std::string name;
};

void on_addresses(void* data, int status, int, ares_addrinfo* found)
{
    auto& lookup = *static_cast<Lookup*>(data);
    lookup.done = true;
    lookup.status = status;
    if (found == nullptr) return;
    for (auto* node = found->nodes; node != nullptr; node = node->ai_next) {
        if (node->ai_family == AF_INET) {
            sockaddr_in address{};
            std::memcpy(&address, node->ai_addr, sizeof address);
            Ipv4 ip;
            std::memcpy(ip.octets.data(), &address.sin_addr, ip.octets.size());
            lookup.addresses.emplace_back(ip);
        } else if (node->ai_family == AF_INET6) {
            sockaddr_in6 address{};
            std::memcpy(&address, node->ai_addr, sizeof address);
            Ipv6 ip;
            std::memcpy(ip.octets.data(), &address.sin6_addr, ip.octets.size());
            lookup.addresses.emplace_back(ip);
        }
    }
    ares_freeaddrinfo(found);
}

void on_name(void* data, int status, int, hostent* host)
{
    auto& lookup = *static_cast<Lookup*>(data);
    lookup.done = true;
    lookup.status = status;
    if (host != nullptr && host->h_name != nullptr) lookup.name = host->h_name;
}

}  // namespace

Result<std::vector<IpAddress>> resolve_host(const std::string& host, const Deadline& deadline)
{
    if (auto address = parse_ip(host)) return std::vector<IpAddress>{*address};
    const auto what = "resolve " + printable(host);
    Channel channel;
    TRY(in_context(what, channel.open()));
    Lookup lookup;
    ares_addrinfo_hints hints = {};
    hints.ai_family = AF_UNSPEC;
    ares_getaddrinfo(channel.get(), host.c_str(), nullptr, &hints, on_addresses, &lookup);
    TRY(in_context(what, channel.run(lookup.done, deadline)));
    if (lookup.addresses.empty())
        return in_context(what, Result<std::vector<IpAddress>>(fail(ares_strerror(lookup.status))));
    return std::move(lookup.addresses);
}

Result<std::string> name_of_address(const IpAddress& address, const Deadline& deadline)
{
    const auto what = "the name of " + to_text(address);
    Channel channel;
    TRY(in_context(what, channel.open()));
    Lookup lookup;
    std::visit(
        [&](const auto& ip) {
            ares_gethostbyaddr(channel.get(), ip.octets.data(), static_cast<int>(ip.octets.size()),
                               is_ipv4(address) ? AF_INET : AF_INET6, on_name, &lookup);
        },
        address);
    TRY(in_context(what, channel.run(lookup.done, deadline)));
    if (lookup.name.empty())
        return in_context(what, Result<std::string>(fail(ares_strerror(lookup.status))));
    if (lookup.name.ends_with('.')) lookup.name.pop_back();
    return std::move(lookup.name);
}

}  // namespace onectx
