// See link_change.h.
#include "guest/system/link_change.h"

#include <fcntl.h>

#include "common/text.h"
#include "guest/model/kernel_network.h"
#include "guest/plan/links.h"
#include "guest/system/files.h"
#include "guest/system/link_writer.h"
#include "guest/system/netlink.h"
#include "guest/system/rtnetlink.h"

namespace onectx {
namespace {

Result<int> index_of(const LinkState& state)
{
    KernelNetwork kernel;
    kernel.links = TRY(list_links());
    if (const auto* link = find_link(kernel, state)) return link->index;
    return fail("there is no such device with MAC " + to_text(state.mac) + " any more", ENODEV);
}

LinkState device_of(const LinkChange& change)
{
    return {.device = change.device, .mac = change.mac, .vlan = change.vlan};
}

constexpr std::string_view kIpv6Settings = "/proc/sys/net/ipv6/conf/";

Result<void> write_setting(const std::string& path, std::string_view value)
{
    const Fd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd.valid()) return fail_errno(path);
    return in_context(path, write_all(fd.get(), value));
}

Result<void> set_ipv6(const std::string& device, Ipv6Mode mode)
{
    const auto folder = std::string(kIpv6Settings) + device + "/";
    const bool announced = mode == Ipv6Mode::announced;
    // A kernel without IPv6 has it off already.
    if (faccessat(AT_FDCWD, folder.c_str(), F_OK, 0) != 0) return {};
    TRY(write_setting(folder + "accept_ra", announced ? "1" : "0"));
    TRY(write_setting(folder + "autoconf", announced ? "1" : "0"));
    return write_setting(folder + "disable_ipv6", mode == Ipv6Mode::off ? "1" : "0");
}

// While it lives, the removal of a primary IPv4 address takes no secondary one with it (ip-sysctl).
class PromotedSecondaries {
  public:
    explicit PromotedSecondaries(const std::string& device)
        : path_("/proc/sys/net/ipv4/conf/" + device + "/promote_secondaries")
    {
        constexpr std::size_t kMaxNumber = 16;
        const Fd fd(open(path_.c_str(), O_RDONLY | O_CLOEXEC));
        auto text = fd.valid() ? read_all(fd.get(), kMaxNumber) : Result<std::string>(os_failure());
        was_off_ = text && trim(*text) == "0";
        if (was_off_) was_off_ = write_setting(path_, "1").has_value();
    }
    PromotedSecondaries(const PromotedSecondaries&) = delete;
    PromotedSecondaries& operator=(const PromotedSecondaries&) = delete;
    ~PromotedSecondaries()
    {
        if (was_off_) (void)write_setting(path_, "0").has_value();
    }

  private:
    std::string path_;
    bool was_off_ = false;
};

void note(std::vector<std::string>& failures, const std::string& attempt,
          const Result<void>& result)
{
    if (!result) failures.push_back(attempt + ": " + result.error().message);
}

template <class Kind>
void add_all(const LinkChange& change, LinkWriter& writer, std::vector<std::string>& failures)
{
    for (const auto& item : change.add)
        if (const auto* one = std::get_if<Kind>(&item))
            note(failures, "add " + to_text(item), writer.add(*one));
}

template <class Kind>
void remove_all(const LinkChange& change, LinkWriter& writer, std::vector<std::string>& failures)
{
    for (const auto& item : change.remove)
        if (const auto* one = std::get_if<Kind>(&item))
            note(failures, "remove " + to_text(item), writer.remove(*one));
}

// Makes the VLAN of the change.
Result<void> make_vlan(const LinkChange& change, NetlinkSocket& socket)
{
    const auto& vlan = *change.vlan;
    const auto phrase = "make VLAN " + std::to_string(vlan.id) + " above " + vlan.parent;
    auto make = [&]() -> Result<void> {
        auto parent = TRY(index_of({.device = vlan.parent, .mac = change.mac}));
        return LinkWriter(socket, parent).add_vlan(change.device, vlan.id);
    };
    return in_context(phrase, make());
}

Result<std::string> make(const LinkChange& change)
{
    auto socket = TRY(NetlinkSocket::open());
    if (change.create) TRY(make_vlan(change, socket));
    LinkWriter writer(socket, TRY(index_of(device_of(change))));
    if (change.destroy) {
        TRY(in_context("remove it", writer.destroy()));
        return "";
    }
    std::vector<std::string> failures;
    std::string remark;
    if (change.ipv6) note(failures, "set IPv6", set_ipv6(change.device, *change.ipv6));
    if (change.address)
        note(failures, "set MAC " + to_text(*change.address), writer.set_address(*change.address));
    if (change.mtu) {
        auto set = writer.set_mtu(*change.mtu);
        bool is_refused = !set && (set.error().code == EINVAL || set.error().code == ERANGE);
        const auto attempt = "set MTU " + std::to_string(*change.mtu);
        if (is_refused)
            remark = change.device + ": " + attempt + ": the device refuses it";
        else
            note(failures, attempt, set);
    }
    if (change.up) note(failures, "bring it up", writer.bring_up());
    add_all<IpPrefix>(change, writer, failures);
    // A route that takes the place of another has its destination and metric.
    remove_all<Route>(change, writer, failures);
    add_all<Route>(change, writer, failures);
    const PromotedSecondaries promoted(change.device);
    remove_all<IpPrefix>(change, writer, failures);
    if (failures.empty()) return remark;
    if (!remark.empty()) failures.push_back(remark);
    return fail(join(failures, "; "));
}

}  // namespace

Result<std::string> make_link_change(const LinkChange& change)
{
    return in_context(change.device, make(change));
}

}  // namespace onectx
