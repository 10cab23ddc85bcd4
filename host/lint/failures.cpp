// The table of known failures; see explain.h. The more special text stands before the more general
// one. In the order of docs/lint.md.
#include "host/lint/explain.h"

namespace onectx::lint {
namespace {

constexpr Failure kFailures[] = {
    // Xen
    {"xen-raw", "block device type \"raw\" is invalid",
     "xend (xm) knows phy, file and tap; the prefix raw: is of xl. OpenNebula's xen4 drivers write "
     "it when a disk has no DRIVER",
     "set DRIVER = \"file:\" in CONTEXT and in the DISKs (phy: for block devices), or stop xend "
     "and "
     "use xl; where Xen 4 runs with xend, use the xen3 drivers"},
    {"xen-phy", "could not be connected*is not a block device",
     "the disk was given with phy:, which wants a block device, and the image is a regular file",
     "set DRIVER = \"file:\" for it; onectx disk --hypervisor xen3 prints the whole line"},
    {"xen-hotplug", "could not be connected*hotplug scripts not working",
     "Xen's hotplug scripts gave no answer: udev does not start them, or one of them failed",
     "look into /var/log/xen/xen-hotplug.log; under xl start xencommons, under xm xend, and run "
     "only one of the two"},
    {"xen-not-connected", "(vbd) could not be connected",
     "Xen's block script refused the disk; the end of the line says why",
     "check that the path exists on the host, that nothing else uses it, and that DRIVER goes with "
     "it: phy: for block devices, file: for files"},
    {"xen-target", "wrong target value in disk",
     "a DISK has no TARGET, and the Xen driver needs one", "set TARGET, such as xvda, in the DISK"},
    {"no-target", "could not find target device to attach context",
     "the CONTEXT section has no TARGET, so the machine starts without the context CD",
     "set TARGET in CONTEXT: hdb for KVM, xvdc:cdrom for Xen"},
    // KVM
    {"kvm-no-ide", "ide controllers are unsupported for this qemu binary or machine type",
     "a disk or the CD is on IDE, and the machine type (q35, virt) has none",
     "use sd (SATA) in TARGET or DEV_PREFIX of every disk and of CONTEXT; onectx lint --hypervisor "
     "kvm --machine q35 names them"},
    {"kvm-no-bus", "bus 'ide.*' not found",
     "QEMU was told of a drive on IDE, and this machine has no such bus",
     "use sd (SATA) or vd (virtio) in TARGET or DEV_PREFIX"},
    {"kvm-not-a-file", "'file' driver requires*to be a regular file",
     "the context is a block device, and libvirt was told that it is a file; QEMU 6.0 and later "
     "refuse that",
     "set CONTEXT_DISK_TYPE = BLOCK in the system datastore; by hand: virsh change-media ... "
     "--insert --block"},
    {"kvm-no-medium", "doesn't have media",
     "the context CD is ejected already, perhaps by an earlier change that failed half-way",
     "insert it again: virsh change-media DOMAIN TARGET PATH --insert; then repeat what failed"},
    {"kvm-has-medium", "already has media",
     "the CD drive holds an image, and another was to be inserted",
     "virsh change-media DOMAIN TARGET PATH --update takes its place"},
    {"kvm-locked", "is locked and force was not specified",
     "the guest has the CD mounted and locks the drive",
     "unmount it in the guest (an agent must not keep it mounted), or eject with --force"},
    {"kvm-tray", "tray of device*is not open",
     "libvirt believes that the tray is open, mostly after a restore from a checkpoint",
     "power the machine off and resume it; a newer libvirt asks QEMU for the state of the tray"},
    {"kvm-change", "failed to complete action*on media",
     "the CD could not be changed in the running machine; the line after it says why",
     "give that line to onectx lint --explain too"},
    {"kvm-missing", "could not open '*no such file or directory",
     "a disk of the machine is not on this host; a context on local storage has to travel along",
     "check that the transfer driver makes disk.N on the host before the machine starts"},
    // Building and copying the image
    {"iso-program", "error creating iso fs",
     "the program that makes the image is missing on the front-end, or failed",
     "install xorriso or genisoimage; onectx build and onectx transfer need neither"},
    {"iso-personality", "not a known command:*-o'",
     "a link to xorriso was resolved, and xorriso acts as mkisofs only by the link's name",
     "call xorriso -as mkisofs, or use onectx build"},
    {"context-delete", "could not delete temp. to make context dev",
     "the work directory of the context, .isofiles/VMID, cannot be removed",
     "check its owner: it has to be that of oneadmin"},
    {"context-directory", "could not create temp. dir to make context dev",
     "the work directory of the context, .isofiles/VMID, cannot be made",
     "check that the datastore is mounted, has space, and belongs to oneadmin"},
    {"context-download", "error downloading", "a URL in FILES cannot be fetched from the front-end",
     "fetch it by hand there; older drivers know http:// only"},
    {"context-copy-image", "error copying context iso to",
     "the image was made and cannot be put onto the host",
     "check ssh from the front-end to the host as oneadmin, and the space in the datastore there"},
    {"context-copy", "error copying *to ",
     "a file of FILES or FILES_DS cannot be copied: it is missing, unreadable, or has a blank in "
     "its "
     "name, at which older drivers cut it",
     "check it as oneadmin on the front-end; onectx transfer takes any name"},
    {"too-long", "argument list too long",
     "a variable, or the list of files, is longer than the system lets a program be started with "
     "(128 KiB)",
     "move large values into a file of FILES; onectx lint names them (value-too-long)"},
    // OpenNebula
    {"one-syntax", "error parsing:*syntax error",
     "a value of CONTEXT holds '$' where OpenNebula wants a variable, or one of , = [ ] right "
     "after "
     "a variable",
     "onectx lint names it (dollar-syntax, script-dollar); give scripts as START_SCRIPT_BASE64"},
    {"one-parse", "parse error: syntax error", "the template is no template; lines count from 0",
     "onectx lint shows the place"},
    {"one-two-contexts", "only one context attribute can be defined",
     "the template has two CONTEXT sections", "put all variables into one"},
    {"one-context-form", "wrong format for context attribute",
     "CONTEXT is a single value, not a vector", "write CONTEXT = [ NAME = value, ... ]"},
    {"one-same-target", "two disks have defined the same target",
     "two DISKs, or a DISK and the CONTEXT, have the same TARGET",
     "take another letter for one, or leave TARGET out; onectx lint names them (duplicate-target)"},
    {"one-restricted", "context/files cannot use*restricted directories",
     "FILES names something in CONTEXT_RESTRICTED_DIRS of oned.conf (by default /etc), and not in "
     "CONTEXT_SAFE_DIRS",
     "copy the file elsewhere, or put it into the files datastore and name it in FILES_DS"},
    {"one-no-onegate", "onegate endpoint was not defined",
     "TOKEN = YES needs ONEGATE_ENDPOINT in oned.conf", "set it there, or drop TOKEN"},
    {"one-no-token", "token_password not set in the user template",
     "the owner of the machine has no TOKEN_PASSWORD, from which the token is made",
     "set TOKEN_PASSWORD in the template of that user (oneuser update)"},
    {"one-memory", "memory attribute must be a positive integer",
     "MEMORY is missing, or no whole number", "write MEMORY = 512, in MiB"},
    {"one-cpu", "cpu attribute must be a positive", "CPU is missing, or no number",
     "write CPU = 1, or a share such as 0.5"},
    {"one-file-variable", "must use file variable for attribute",
     "FILES_DS holds something that is no $FILE[...]",
     "write $FILE[IMAGE=\\\"name\\\"], with one blank between two"},
    {"one-not-owner", "does not own an image with name",
     "an image is looked up among those of the owner of the machine",
     "add IMAGE_UNAME=\"owner\", or use IMAGE_ID"},
    {"one-file-type", "only images of type context can be used in file_ds",
     "FILES_DS names an image that is no file of type CONTEXT",
     "oneimage chtype IMAGE CONTEXT, when it is in a files datastore"},
    {"one-not-ready", "not in ready state",
     "an image is still being copied, is disabled, or had an error",
     "oneimage show tells which; oneimage enable makes it READY after an error"},
    {"one-image-type", "cannot change image type to an incompatible type",
     "types change among OS, CDROM and DATABLOCK, or among KERNEL, RAMDISK and CONTEXT",
     "register the image again in a datastore of the other kind"},
};

}  // namespace

std::span<const Failure> known_failures()
{
    return kFailures;
}

}  // namespace onectx::lint
