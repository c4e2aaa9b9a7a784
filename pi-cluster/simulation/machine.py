"""Simulated hosts on this machine: a network namespace behind 100 Mbit each, and a share of a core and of memory.

Everything made here carries the id of this process in its name and is removed by close(), also after Ctrl-C.
Processes run in control groups, so that whatever a process starts is counted, limited and ended with it.
"""

import os
import re
import shutil
import signal
import subprocess
import threading
import time

GROUPS = "/sys/fs/cgroup"
CONTROLLERS = ("cpu", "cpuacct", "memory")
PREFIX = "nearstream-sim-"
# A slow core works on for some milliseconds and then a little later; the kernel's default of 100 ms would be pauses of 75 ms.
PERIOD_US = 10_000
SAMPLE_S = 0.25
PATIENCE_S = 20
MB = 1 << 20


class Refused(Exception):
    """This machine cannot do it; the message says what is missing."""


def run(*command):
    """Runs a short command; what it complained of is the exception."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError("'%s' failed: %s" % (" ".join(command), done.stdout.strip()))
    return done.stdout


def require_rights():
    """Says clearly, before anything is made, what is missing here."""
    if os.geteuid() != 0:
        raise Refused("root is needed: hosts are network namespaces and control groups. Run it with sudo.")
    for tool in ("ip", "tc", "nsenter"):
        if shutil.which(tool) is None:
            raise Refused("'%s' is needed (Debian: iproute2 and util-linux)." % tool)
    for controller in CONTROLLERS:
        path = os.path.join(GROUPS, controller)
        if not os.path.isfile(os.path.join(path, "cgroup.procs")):
            raise Refused("there is no %s: control groups of version 1 are needed, with %s." % (path, ", ".join(CONTROLLERS)))
        if not os.access(os.path.join(path, "cgroup.procs"), os.W_OK):
            raise Refused("%s cannot be written here (a container without rights?)." % path)


def read(path):
    with open(path) as file:
        return file.read()


def write(path, value):
    with open(path, "w") as file:
        file.write(str(value))


class Group:
    """A control group in every controller that is used; its processes are limited and counted together."""

    def __init__(self, name):
        self.name = name
        for controller in CONTROLLERS:
            os.makedirs(self._path(controller), exist_ok=True)

    def _path(self, controller, file=""):
        return os.path.join(GROUPS, controller, self.name, file)

    def limit_cpu(self, cores):
        """So much of a core, for all threads together."""
        write(self._path("cpu", "cpu.cfs_period_us"), PERIOD_US)
        write(self._path("cpu", "cpu.cfs_quota_us"), int(cores * PERIOD_US))

    def prefer(self, shares):
        """Before others when all processors are busy; the kernel's default is 1024."""
        write(self._path("cpu", "cpu.shares"), shares)

    def limit_memory(self, size):
        write(self._path("memory", "memory.limit_in_bytes"), size)

    def enter(self):
        """Moves the calling process here; called between fork and exec."""
        for controller in CONTROLLERS:
            write(self._path(controller, "cgroup.procs"), os.getpid())

    def cpu_ns(self):
        return int(read(self._path("cpuacct", "cpuacct.usage")))

    def memory(self):
        """Bytes: limit and most of the group, files included; what processes have for themselves; kills for want of memory."""
        stat = dict(line.split() for line in read(self._path("memory", "memory.stat")).splitlines())
        control = dict(line.split() for line in read(self._path("memory", "memory.oom_control")).splitlines())
        return {
            "usage": int(read(self._path("memory", "memory.usage_in_bytes"))),
            "most": int(read(self._path("memory", "memory.max_usage_in_bytes"))),
            "limit": int(read(self._path("memory", "memory.limit_in_bytes"))),
            "rss": int(stat["total_rss"]),
            "cache": int(stat["total_cache"]),
            "reclaims": int(read(self._path("memory", "memory.failcnt"))),
            "oom_kills": int(control["oom_kill"]),
        }

    def processes(self):
        return [int(line) for line in read(self._path("cpu", "cgroup.procs")).split()]

    def signal(self, number):
        for process in self.processes():
            try:
                os.kill(process, number)
            except ProcessLookupError:
                pass  # It has ended by itself since the list was read.

    def remove(self):
        """Ends what still runs in it, and takes it away."""
        deadline = time.monotonic() + PATIENCE_S
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.1)
        while self.processes():
            self.signal(signal.SIGKILL)
            time.sleep(0.1)
        for controller in CONTROLLERS:
            os.rmdir(self._path(controller))


class Host:
    """A name, an address, a group; without a namespace it is this machine itself."""

    def __init__(self, name, group, address, namespace=None):
        self.name = name
        self.group = group
        self.address = address
        self.namespace = namespace

    def start(self, command, log, **options):
        """Starts a process there; it outlives Ctrl-C, so that everything is ended in order."""
        prefix = ["nsenter", "--net=/var/run/netns/" + self.namespace] if self.namespace else []
        return subprocess.Popen(
            prefix + command, stdout=options.pop("stdout", log), stderr=log, start_new_session=True, preexec_fn=self.group.enter, **options
        )


class Machine:
    """All hosts of a run. Use it in a with statement.

    rate: Mbit a second of a host's cable, each way; share: of a core; memory: bytes."""

    def __init__(self, rate, share, memory):
        self.id = os.getpid()
        self.rate = rate
        self.share = share
        self.memory = memory
        self.bridge = "nsb%d" % self.id
        self.network = free_network()
        self.root = Group(PREFIX + str(self.id))
        self.root.prefer(65_536)
        self.groups = [self.root]
        self.hosts = []
        self.outside = {}

    def __enter__(self):
        try:
            run("ip", "link", "add", self.bridge, "type", "bridge")
            run("ip", "address", "add", self.network + ".1/24", "dev", self.bridge)
            run("ip", "link", "set", self.bridge, "up")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *failure):
        self.close()

    def host(self, cores=1):
        """Another Pi: its share of a core times 'cores', its memory times 'cores', one cable of its own."""
        number = len(self.hosts) + 1
        name = "host-%d" % number
        group = self._group(name)
        # A whole core while it starts and warms up; what is measured comes after slow_down().
        group.limit_cpu(1)
        group.limit_memory(int(self.memory * cores))
        namespace, outer = "nearstream-%d-%d" % (self.id, number), "nsv%d-%d" % (self.id, number)
        host = Host(name, group, "%s.%d" % (self.network, 10 + number), namespace)
        host.cores = cores
        self.hosts.append(host)
        run("ip", "netns", "add", namespace)
        run("ip", "link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", namespace)
        run("ip", "link", "set", outer, "master", self.bridge, "up")
        inside = ("ip", "-n", namespace)
        run(*inside, "address", "add", host.address + "/24", "dev", "eth0")
        run(*inside, "link", "set", "eth0", "up")
        run(*inside, "link", "set", "lo", "up")
        limit = ("root", "tbf", "rate", "%dmbit" % (self.rate * cores), "burst", "64kb", "latency", "50ms")
        run("tc", "qdisc", "add", "dev", outer, *limit)
        run("tc", "-n", namespace, "qdisc", "add", "dev", "eth0", *limit)
        return host

    def process(self, name, cores):
        """As much of a core and of memory as so many hosts, but no cable: a process of this machine."""
        host = Host(name, self._group(name), "127.0.0.1")
        host.cores = cores
        host.group.limit_cpu(1)
        host.group.limit_memory(int(self.memory * cores))
        self.hosts.append(host)
        return host

    def beside(self, name):
        """What runs on the rest of this machine, without limits, and is counted apart."""
        if name not in self.outside:
            self.outside[name] = Host(name, self._group(name), self.network + ".1")
        return self.outside[name]

    def _group(self, name):
        group = Group(os.path.join(self.root.name, name))
        group.prefer(8_192)
        self.groups.append(group)
        return group

    def slow_down(self):
        """From now on every host has its share of a core, and no more."""
        for host in self.hosts:
            host.group.limit_cpu(self.share * host.cores)

    def close(self):
        """Ends every process of the run and removes what was made for it; complains of what is left."""
        problems = []
        for group in reversed(self.groups):
            _try(problems, group.remove)
        self.groups = []
        for host in self.hosts:
            if host.namespace:
                _try(problems, lambda: run("ip", "netns", "delete", host.namespace))
        self.hosts = []
        if os.path.exists("/sys/class/net/" + self.bridge):
            _try(problems, lambda: run("ip", "link", "delete", self.bridge))
        if problems:
            raise RuntimeError("not all was cleaned up: " + "; ".join(problems))


def _try(problems, action):
    try:
        action()
    except (OSError, RuntimeError) as failure:
        problems.append(str(failure))


def free_network():
    """The first three numbers of a network that this machine does not know."""
    known = run("ip", "-4", "route", "show", "table", "all")
    for third in range(0, 256):
        network = "10.213.%d" % third
        if not re.search(r"\b%s\." % re.escape(network), known):
            return network
    raise Refused("all networks 10.213.0.0 to 10.213.255.0 are in use.")


class Sampler(threading.Thread):
    """Reads every group's processor time, and the machine's, again and again."""

    def __init__(self, machine):
        super().__init__(daemon=True)
        self.groups = {host.name: host.group for host in machine.hosts + list(machine.outside.values())}
        self.samples = []
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.wait(SAMPLE_S):
            self.samples.append((time.time(), {name: group.cpu_ns() / 1e9 for name, group in self.groups.items()}, machine_cpu_s()))

    def stop(self):
        self.stopped.set()
        self.join()

    def between(self, start, end):
        """Seconds of processor time of each group between two moments, and of the whole machine."""
        inside = [sample for sample in self.samples if start <= sample[0] <= end]
        if len(inside) < 2:
            raise RuntimeError("only %d samples of processor time in %.1f s" % (len(inside), end - start))
        (first, before, busy_before), (last, after, busy_after) = inside[0], inside[-1]
        seconds = last - first
        used = {name: (after[name] - before[name]) / seconds for name in after}
        return used, (busy_after - busy_before) / seconds


def machine_cpu_s():
    """Seconds that all processors were busy since the machine started."""
    user, nice, system, _, _, irq, softirq = (int(word) for word in read("/proc/stat").split(None, 8)[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")
