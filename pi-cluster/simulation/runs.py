"""Runs of the simulation: so many Pis, one big host, one process; each starts, loads, measures and is taken away again."""

import os
import subprocess
import time

from . import figures
from .cluster import Cluster, Load
from .machine import MB, Machine, Sampler

SERVE_WITHIN_S = 120
# Seconds at both ends of a step in which its load is beginning or ending.
EDGE_S = 0.3


class Plan:
    """What is asked for, checked; see simulate --help."""

    def __init__(self, arguments, distribution, directory, say):
        self.__dict__.update(vars(arguments))
        self.distribution = distribution
        self.directory = directory
        self.say = say
        self.rest = figures.rest_of(os.cpu_count(), self.share, max(4, *self.hosts))

    def machine(self):
        return Machine(self.mbit, self.share, self.memory_mb * MB)

    def load_options(self, parallelism):
        options = ["--load", ",".join(self.load), "--in-flight", ",".join(map(str, self.in_flight)), "--parallelism", str(parallelism)]
        for option in ("seconds", "warm_up", "steady_within", "keys", "value_bytes", "vectors", "dimensions", "k", "seed"):
            options += ["--" + option.replace("_", "-"), str(getattr(self, option))]
        return options

    def new_directory(self, name):
        path = os.path.join(self.directory, name)
        os.makedirs(os.path.join(path, "logs"))
        return path


def pis(plan, count):
    """So many hosts, a TaskManager of the small profile on each."""
    plan.say("== %d of %d %% of a core, %d MB, %d Mbit" % (count, 100 * plan.share, plan.memory_mb, plan.mbit))
    with plan.machine() as machine:
        for _ in range(count):
            machine.host()
        return on_cluster(plan, machine, "%d pi-1g" % count, "pi-1g", count, count, (plan.idle_watts, plan.busy_watts))


def big(plan):
    """One host with all that four have."""
    plan.say("== one host with four times as much")
    with plan.machine() as machine:
        machine.host(cores=4)
        return on_cluster(plan, machine, "1 big, pi-4g", "pi-4g", 2, None, (plan.big_idle_watts, plan.big_busy_watts))


def on_cluster(plan, machine, name, profile, parallelism, pis_there, energy):
    directory = plan.new_directory(name.replace(" ", "-").replace(",", ""))
    cluster = Cluster(machine, plan.distribution, directory, profile, plan.set, plan.say)
    cluster.start(parallelism)
    load = Load(
        machine.beside("load"), cluster.nearstream, directory, cluster.bootstrap, cluster.state_addresses(), plan.load_options(parallelism), plan.say
    )
    keys_on = cluster.hosts_of_subtasks("ingest", "Keep keys")
    probes_on = cluster.hosts_of_subtasks("query", "Keep and search buckets")
    plan.say("placed   keys on %s, buckets on %s" % (", ".join(keys_on), ", ".join(probes_on)))
    setup = {
        "hosts": {host.name: plan.share * host.cores for host in machine.hosts},
        "beside": ["broker", "jobmanager", "load"],
        "rest": plan.rest,
        "keys_on": keys_on,
        "energy": energy,
    }
    run = measured(plan, machine, load, setup)
    cluster.require_alive()
    run.update(name=name, pis=pis_there, parallelism=parallelism, keys_on=keys_on, buckets_on=probes_on, restarts=cluster.restarts())
    run["memory"] = {host.name: host.group.memory() for host in machine.hosts}
    return run


def single(plan):
    """'nearstream serve': broker, Flink and both jobs in one process, with as much as four hosts have."""
    plan.say("== one process, serve")
    directory = plan.new_directory("serve")
    with plan.machine() as machine:
        host = machine.process("serve", cores=4)
        nearstream = os.path.join(plan.distribution, "nearstream")
        log = os.path.join(directory, "logs", "serve.out")
        ports = ["--kafka-port", "0", "--rest-port", "0", "--state-port", "0"]
        with open(log, "w") as out:
            process = host.start([nearstream, "serve", "--dir", os.path.join(directory, "data"), *ports], out, stdin=subprocess.DEVNULL)
        broker, state = await_serve(process, log)
        load = Load(machine.beside("load"), nearstream, directory, broker, state, plan.load_options(1), plan.say)
        setup = {
            "hosts": {"serve": plan.share * host.cores},
            "beside": ["load"],
            "rest": plan.rest,
            "keys_on": ["serve"],
            "energy": (plan.big_idle_watts, plan.big_busy_watts),
        }
        run = measured(plan, machine, load, setup)
        run.update(name="1 serve", pis=None, parallelism=1, memory={"serve": host.group.memory()})
        return run


def await_serve(process, log):
    """The broker's address and that of live reads, as serve prints them."""
    deadline = time.monotonic() + SERVE_WITHIN_S
    while time.monotonic() < deadline:
        with open(log) as file:
            text = file.read()
        if "Ready." in text:
            words = {line.split()[0]: line.split()[1] for line in text.splitlines() if len(line.split()) > 1}
            return words["broker"], words["keys"]
        if process.poll() is not None:
            break
        time.sleep(0.3)
    raise RuntimeError("'nearstream serve' is not ready; see %s" % log)


def measured(plan, machine, load, setup):
    """Slows the hosts down once the load generator is warm, and joins what it reports with their processor time."""
    load.await_warm()
    machine.slow_down()
    plan.say("warm     hosts have %d %% of a core from now on" % (100 * plan.share))
    sampler = Sampler(machine)
    sampler.start()
    load.go_on()
    code, shown, report = load.end()
    sampler.stop()
    plan.say("measured\n" + shown.rstrip())
    run = {"loads": {}, "steps": [], "prepared_s": report["prepared_s"], "generation": report["generation"], "recall": report["recall"]}
    for of_load in report["loads"]:
        steps = []
        for step in of_load["steps"]:
            used, busy = sampler.between(step["from"] / 1000 + EDGE_S, step["to"] / 1000 - EDGE_S)
            steps.append(figures.of_step(of_load["load"], step, used, busy, setup))
            steps[-1]["steady"] = of_load["steady"]
        run["steps"] += steps
        run["loads"][of_load["load"]] = figures.best(steps)
    run["exit_code_of_load"] = code
    return run
