"""What a machine's report says of it, beside what a context asks for. Passwords and hashes are read to be
compared and are never printed.
"""
import ipaddress
import re
import subprocess
from dataclasses import dataclass

NOTHING = "-"


@dataclass
class Row:
    what: str
    before: str
    after: str
    wanted: str

    @property
    def right(self):
        return self.after == self.wanted


class Machine:
    """What the report says of the machine at one moment; each value as a person would write it."""

    def __init__(self, report, moment):
        self._lines = lambda key: report.get(f"{moment}.{key}", [])

    def hostname(self):
        return first(self._lines("hostname"))

    def hosts_line(self, name):
        lines = (line.partition("#")[0].split() for line in self._lines("hosts"))
        return first(" ".join(words) for words in lines if name in words[1:])

    def device(self, mac):
        return first(line.split(":")[1].strip() for line in self._lines("link") if mac in line.split())

    def mtu(self, mac):
        links = [line.split() for line in self._lines("link") if mac in line.split()]
        return first(words[words.index("mtu") + 1] for words in links)

    def addresses(self, mac, family):
        device = self.device(mac)
        lines = (line.split() for line in self._lines("address"))
        return listed(words[3] for words in lines if words[1] == device and words[2] == family)

    def default_routes(self, family):
        """Best first: metric by number, 0 for none."""
        routes = []
        for line in self._lines("route" + family):
            words = line.split()
            if words[0] != "default":
                continue
            metric = int(words[words.index("metric") + 1]) if "metric" in words else 0
            routes.append((metric, words[words.index("via") + 1], words[words.index("dev") + 1]))
        return sorted(routes)

    def resolver(self, keyword):
        lines = (line.split() for line in self._lines("resolver"))
        return sorted({word for words in lines if words and words[0] == keyword for word in words[1:]})

    def best_shell(self):
        return first(self._lines("shell"))

    def account(self, user):
        lines = (line.split(":") for line in self._lines("passwd"))
        return first(f"{field[5]}, {field[6]}" for field in lines if field[0] == user)

    def keys(self, user):
        """The lines of the user's file that are no comment; absent unless the user alone may write it."""
        lines = (line.split(" ", 2) for line in self._lines("key"))
        return [words[2] for words in lines
                if len(words) == 3 and words[:2] == [user, "600"] and not words[2].startswith("#")]

    def password_hash(self, user):
        lines = (line.split(":") for line in self._lines("shadow"))
        return first(field[1] for field in lines if field[0] == user)

    def swap(self):
        lines = (line.split() for line in self._lines("swap"))
        return listed(f"{round(int(words[2]) / 1024)} MiB on a disk" for words in lines
                      if words[1] == "partition" and words[0].startswith("/dev/"))


def first(values):
    return next(iter(values), NOTHING)


def listed(values):
    return ", ".join(values) or NOTHING


def hash_is_of(password, hashed):
    """Whether crypt(3) gives this hash; neither goes through an argument list."""
    if not hashed.startswith("$"):
        return False
    program = r'local $/; my ($p, $h) = split /\0/, <STDIN>; exit(crypt($p, $h) eq $h ? 0 : 1)'
    return subprocess.run(["perl", "-e", program], input=f"{password}\0{hashed}", text=True).returncode == 0


def nics_of(context):
    """The ETHx_ variables by MAC, in the order of their number."""
    found = sorted((int(name[3:-4]), value) for name, value in context.items()
                   if re.fullmatch(r"ETH\d+_MAC", name))
    return {mac.lower(): {name.removeprefix(f"ETH{number}_"): value for name, value in context.items()
                          if name.startswith(f"ETH{number}_")} for number, mac in found}


def network_rows(context, before, after):
    wanted_routes = {"4": [], "6": []}
    metrics = {("4", after.device(mac)) for mac, nic in nics_of(context).items() if "METRIC" in nic}
    for mac, nic in nics_of(context).items():
        device = after.device(mac)
        rows = [("IPv4", "inet", nic.get("IP"), nic.get("MASK", "24")),
                ("IPv6", "inet6", nic.get("IP6"), nic.get("IP6_PREFIX_LENGTH", "64"))]
        for what, family, address, length in rows:
            if address:
                wanted = ipaddress.ip_interface(f"{address}/{length}").with_prefixlen
                yield Row(f"{device} {what}", before.addresses(mac, family), after.addresses(mac, family), wanted)
        if "MTU" in nic:
            yield Row(f"{device} MTU", before.mtu(mac), after.mtu(mac), nic["MTU"])
        for family, variable in ("4", "GATEWAY"), ("6", "IP6_GATEWAY"):
            if variable in nic:
                wanted_routes[family].append((int(nic.get("METRIC", 0)), nic[variable], device))
    for family, routes in wanted_routes.items():
        # Routes without a metric get what the kernel (IPv6: 1024) or the back-end takes: only their order counts.
        def shown(routes):
            return listed(f"via {gateway} {device}" + (f" metric {metric}" if (family, device) in metrics else "")
                          for metric, gateway, device in sorted(routes))
        if routes:
            yield Row(f"Default IPv{family}", shown(before.default_routes(family)),
                      shown(after.default_routes(family)), shown(routes))


def user_rows(context, before, after):
    user = context.get("USERNAME", "root")
    shell = context.get("USERNAME_SHELL", after.best_shell())
    yield Row(f"User {user}", before.account(user), after.account(user), f"/home/{user}, {shell}")
    keys = [line for line in context.get("SSH_PUBLIC_KEY", "").splitlines() if line.strip()]
    if keys:
        def shown(held):
            return "present" if all(key in held for key in keys) else NOTHING
        yield Row("Login key", shown(before.keys(user)), shown(after.keys(user)), "present")
    password = context.get("PASSWORD")
    if password is not None:
        def state(machine):
            hashed = machine.password_hash(user)
            if hash_is_of(password, hashed):
                return "the one asked for"
            return "another one" if hashed.startswith("$") else "none"
        yield Row("Password", state(before), state(after), "the one asked for")


def rows_of(context, before, after):
    full_name = context["SET_HOSTNAME"]
    name = full_name.split(".")[0]
    yield Row("Host name", before.hostname(), after.hostname(), name)
    yield Row("/etc/hosts", before.hosts_line(full_name), after.hosts_line(full_name),
              f"127.0.1.1 {full_name} {name}")
    yield from network_rows(context, before, after)
    nics = [context, *nics_of(context).values()]
    for what, keyword, variable in (("Name servers", "nameserver", "DNS"), ("Search", "search", "SEARCH_DOMAIN")):
        wanted = sorted({word for nic in nics for word in nic.get(variable, "").split()})
        if wanted:
            yield Row(what, listed(before.resolver(keyword)), listed(after.resolver(keyword)), listed(wanted))
    yield from user_rows(context, before, after)
    yield Row("Swap", before.swap(), after.swap(), "64 MiB on a disk")


def read_report(path):
    report = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            key, _, value = line.rstrip("\n").partition("\t")
            report.setdefault(key, []).append(value)
    return report
