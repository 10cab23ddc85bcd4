// A canary in every secret that a context can hold: none comes out by what the guest prints, what
// it writes where others read, or what it tells the programs that it starts.

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "common/base64.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;

// Each with a canary of its own, so that a failure says whose it was.
std::string canary(std::string_view name)
{
    return "canary-of-" + std::string(name) + "-4711";
}

// A hash of crypt(5) as far as its shape goes.
std::string hash_of(std::string_view name)
{
    return "$5$" + std::string(name).substr(0, 8) + "$Canary" + std::string(37, 'x');
}

struct Secret {
    std::string variable;
    std::string value;
    std::string trace;  // what of it must not be seen
};

const std::vector<Secret> kPasswords{
    {"PASSWORD", canary("plain"), canary("plain")},
    {"PASSWORD_BASE64", encode_base64(canary("base64")), canary("base64")},
    {"CRYPTED_PASSWORD", hash_of("crypted1"), hash_of("crypted1")},
    {"CRYPTED_PASSWORD_BASE64", encode_base64(hash_of("crypted2")), hash_of("crypted2")},
};

const std::vector<Secret> kOthers{
    {"ROOT_PASSWORD", hash_of("rootpass"), hash_of("rootpass")},
    {"ONEGATE_TOKEN", canary("token"), canary("token")},
    {"VROUTER_KEEPALIVED_PASSWORD", "canaryVR", "canaryVR"},
    {"DB_PASSPHRASE", canary("passphrase"), canary("passphrase")},
    {"TLS_PRIVATE_KEY", canary("private"), canary("private")},
    {"START_SCRIPT", "echo " + canary("script"), canary("script")},
    {"START_SCRIPT_BASE64", encode_base64("echo " + canary("script64")), canary("script64")},
};

struct CanaryMachine {
    explicit CanaryMachine(const Secret& password)
    {
        write("root/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
        write("root/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
        write("root/etc/group", "root:x:0:\nshadow:x:42:\n");
        write("root/etc/shadow", "root:*:19700:0:99999:7:::\n");
        chmod((folder.path() / "root/etc/shadow").c_str(), 0640);
        write("root/etc/network/interfaces", "auto lo\niface lo inet loopback\n");
        write("root/sbin/ifup", "");
        write("root/bin/sh", "");
        write("root/usr/sbin/keepalived", "");
        write("root/sys/class/net/eth0/address", "02:00:c0:a8:46:96\n");
        write("cd/token.txt", canary("token-file"));
        auto context = std::string(
            "VMID='7'\nUSERNAME='alice'\nVROUTER_ID='1'\nVROUTER_KEEPALIVED_ID='9'\n"
            "ONEGATE_ENDPOINT='http://127.0.0.1:1'\nREPORT_READY='YES'\n"
            "ETH0_MAC='02:00:c0:a8:46:96'\nETH0_IP='192.168.70.150'\n"
            "ETH0_MASK='255.255.255.0'\nETH0_VROUTER_IP='192.168.70.1'\n");
        for (const auto& secret : kOthers)
            add(secret, context);
        add(password, context);
        traces["token-file"] = canary("token-file");
        write("cd/context.sh", context);
    }
    void add(const Secret& secret, std::string& context)
    {
        context += secret.variable + "='" + secret.value + "'\n";
        traces[secret.variable] = secret.trace;
        if (secret.value != secret.trace) traces[secret.variable + ", encoded"] = secret.value;
    }
    void write(const std::string& name, std::string_view text) const
    {
        write_file(folder.path() / name, text);
    }
    [[nodiscard]] fs::path root() const { return folder.path() / "root"; }
    [[nodiscard]] Finished run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), built_program("onectx-guest"));
        arguments.insert(arguments.end(), {"--root", root().string()});
        return run_program(arguments);
    }
    [[nodiscard]] Finished run_with_context(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.end(), {"--context", (folder.path() / "cd").string()});
        return run(std::move(arguments));
    }
    void check_text(const std::string& text) const
    {
        for (const auto& [name, trace] : traces) {
            INFO("the secret of " << name);
            CHECK(text.find(trace) == std::string::npos);
        }
    }

    TemporaryFolder folder;
    std::map<std::string, std::string> traces;
};

}  // namespace

TEST_CASE("no secret of a context is printed, or written where others read", "[cli]")
{
    for (const auto& password : kPasswords) {
        INFO("with " << password.variable);
        CanaryMachine machine(password);
        std::vector<Finished> all;
        for (const auto* stage : {"local", "network", "all"})
            for (const auto* format : {"--json", "--stage"})
                all.push_back(format == std::string_view("--json")
                                  ? machine.run_with_context({"plan", "--json", "--stage", stage})
                                  : machine.run_with_context({"plan", "--stage", stage}));
        all.push_back(machine.run_with_context({"apply"}));
        CHECK(all.back().status == 0);
        CHECK(all.back().err.empty());
        all.push_back(machine.run_with_context({"apply", "--force"}));
        all.push_back(machine.run_with_context({"plan", "--json"}));
        all.push_back(machine.run({"status"}));
        all.push_back(machine.run({"status", "--json"}));
        all.push_back(machine.run({"facts", "--json"}));
        for (const auto& finished : all) {
            machine.check_text(finished.out);
            machine.check_text(finished.err);
        }

        std::size_t read = 0;
        for (const auto& entry : fs::recursive_directory_iterator(machine.root())) {
            struct stat status{};
            REQUIRE(lstat(entry.path().c_str(), &status) == 0);
            if (!S_ISREG(status.st_mode)) continue;
            ++read;
            // The group of shadow(5) may read hashes, as the distribution has it.
            const bool is_shadow = entry.path().filename().string().starts_with("shadow");
            INFO(entry.path() << " has mode " << std::oct << (status.st_mode & 07777U));
            const auto others = is_shadow ? 0007U : 0077U;
            if ((status.st_mode & others) != 0) machine.check_text(read_file(entry.path()));
        }
        CHECK(read > 10);
        // The test looks for what is really there.
        CHECK(read_file(machine.root() / "etc/shadow").find(hash_of("rootpass")) !=
              std::string::npos);
    }
}

TEST_CASE("no program is told a secret in its arguments", "[cli]")
{
    if (geteuid() != 0 || run_program({"/usr/bin/unshare", "-mun", "true"}).status != 0) {
        WARN("needs root for namespaces; nothing is tested");
        return;
    }
    CanaryMachine machine(kPasswords.front());
    machine.write("cd/init.sh", "#!/bin/sh\nexit 0\n");
    const auto run =
        run_program({"/usr/bin/unshare", "-munpf", "--mount-proc", "/bin/sh", "-c",
                     "set -e; mount -t tmpfs -o mode=0755 tmpfs /run; cp -a /etc /run/etc; "
                     "mount --bind /run/etc /etc; mount -t tmpfs tmpfs /var/lib; "
                     "mount -t tmpfs tmpfs /var/log; mount -t tmpfs tmpfs /home; "
                     "strace -f -qq -s 65535 -e trace=execve -o \"$CD/../trace\" "
                     "\"$GUEST\" apply --context \"$CD\" || true; "
                     "cat /etc/shadow >\"$CD/../shadow\""},
                    {.environment = {"GUEST=" + built_program("onectx-guest"),
                                     "CD=" + (machine.folder.path() / "cd").string()}});
    REQUIRE(run.status == 0);
    CHECK(read_file(machine.folder.path() / "shadow").find("alice:$") != std::string::npos);
    const auto trace = read_file(machine.folder.path() / "trace");
    CHECK(trace.find("execve(") != std::string::npos);
    CHECK(trace.find("init.sh") != std::string::npos);
    machine.check_text(trace);
    machine.check_text(run.out + run.err);
}

}  // namespace onectx::test
