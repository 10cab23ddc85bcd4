// See network_namespace.h.
#include "tests/support/network_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <stdexcept>

#include "common/text.h"
#include "tests/support/process.h"

namespace onectx::test {

NetworkNamespace::NetworkNamespace()
{
    before_ = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    made_ = before_ >= 0 && unshare(CLONE_NEWNET) == 0;
}

NetworkNamespace::~NetworkNamespace()
{
    // A test that went on in the wrong namespace could do harm.
    if (made_ && setns(before_, CLONE_NEWNET) != 0) std::abort();
    if (before_ >= 0) close(before_);
}

std::string ip_output(const std::string& words)
{
    auto argv = split_words("/sbin/ip " + words);
    auto done = run_program(argv);
    if (done.status != 0) throw std::runtime_error("ip " + words + ": " + done.err);
    return done.out;
}

void ip(const std::string& words)
{
    (void)ip_output(words);
}

void add_veth(const std::string& name, const std::string& mac, const std::string& peer)
{
    ip("link add " + name + " address " + mac + " type veth peer name " + peer);
    ip("link set " + peer + " up");
    ip("link set " + name + " up");
}

}  // namespace onectx::test
