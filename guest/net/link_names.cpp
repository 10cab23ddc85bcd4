// See link_names.h.
#include "guest/net/link_names.h"

#include "guest/net/own_files.h"
#include "guest/net/sections.h"

namespace onectx {
namespace {

// The first file that matches counts, so ours says all that systemd's own 99-default.link says.
constexpr OwnPlace kLinks{"/etc/systemd/network", "05-onectx-", ".link"};

std::string render_link(LinkNames names, const Nic& nic)
{
    Section match("Match");
    if (!nic.pci_address.empty())
        match.add("Path", "pci-" + nic.pci_address);
    else
        match.add("MACAddress", to_text(*nic.mac));
    match.add("Type", "ether");
    Section link("Link");
    if (names == LinkNames::rename) {
        link.add("Name", stable_name(nic));
    } else {
        link.add("NamePolicy", "keep kernel database onboard slot path");
        link.add("AlternativeNamesPolicy", "database onboard slot path");
        link.add("AlternativeName", stable_name(nic));
    }
    link.add("MACAddressPolicy", "none");
    return std::string(kOwnFileHeader) + match.text() + link.text();
}

}  // namespace

std::string stable_name(const Nic& nic)
{
    return (nic.is_pci ? "onepci" : "one") + std::to_string(nic.id);
}

Result<void> plan_link_names(LinkNames names, const Network& network, const FileReader& tree,
                             PlannedStep& planned)
{
    std::vector<OwnFile> files;
    if (names != LinkNames::keep)
        for (const auto& nic : network.nics)
            files.push_back({.path = kLinks.path_of(label_of(nic)),
                             .content = render_link(names, nic),
                             .variable = variables_of(nic) + "_MAC"});
    return plan_own_files(files, kLinks, network, tree, planned);
}

}  // namespace onectx
