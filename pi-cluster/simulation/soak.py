"""One Pi under mixed load for minutes or hours, and what its memory does meanwhile."""

import threading
import time

from . import figures
from .cluster import Cluster, Load

EVERY_S = 5
IN_FLIGHT = 16


class MemoryWatch(threading.Thread):
    """Reads the memory of a host's group and of its TaskManager, again and again."""

    def __init__(self, host, process):
        super().__init__(daemon=True)
        self.host = host
        self.process = process
        self.samples = []
        self.stopped = threading.Event()

    def run(self):
        begun = time.monotonic()
        while not self.stopped.wait(EVERY_S):
            sample = {"s": round(time.monotonic() - begun, 1)}
            sample.update(self.host.group.memory())
            sample.update(resident(self.process.pid))
            self.samples.append(sample)

    def stop(self):
        self.stopped.set()
        self.join()


def resident(process):
    """Bytes that a process has in memory now, and had at most; 0 when it has ended."""
    try:
        with open("/proc/%d/status" % process) as file:
            fields = dict(line.split(":", 1) for line in file)
    except FileNotFoundError:
        return {"vm_rss": 0, "vm_hwm": 0}
    return {"vm_rss": kilobytes(fields.get("VmRSS")), "vm_hwm": kilobytes(fields.get("VmHWM"))}


def kilobytes(text):
    return 1024 * int(text.split()[0]) if text else 0


def quarters(samples, key):
    """Means of the four quarters of a series, in MB: whether it still grows."""
    size = max(1, len(samples) // 4)
    parts = [samples[i * size : (i + 1) * size] for i in range(4)]
    return [round(sum(sample[key] for sample in part) / len(part) / (1 << 20), 1) for part in parts if part]


def verdict(samples, limit, alive, restarts, load):
    """What was wrong, if anything: each a sentence."""
    wrong = []
    if not alive:
        wrong.append("the TaskManager has ended")
    if restarts:
        wrong.append("the jobs went back to a checkpoint %d times" % restarts)
    kills = samples[-1]["oom_kills"] if samples else 0
    if kills:
        wrong.append("processes were killed for want of memory: %d" % kills)
    most = max((sample["vm_hwm"] for sample in samples), default=0)
    if most > limit:
        wrong.append("the TaskManager had %d MB" % (most >> 20))
    if not samples:
        wrong.append("memory was never read")
    if load["failures"] or load["wrong"]:
        wrong.append("%d operations failed, %d answers were wrong" % (load["failures"], load["wrong"]))
    return wrong


def soak(plan, seconds):
    """Runs it; an exit code and a report."""
    plan.say("== one Pi for %d minutes under mixed load" % (seconds // 60))
    plan.load, plan.in_flight, plan.seconds, plan.steady_within = ["mixed"], [IN_FLIGHT], seconds, 0
    with plan.machine() as machine:
        host = machine.host()
        directory = plan.new_directory("soak")
        cluster = Cluster(machine, plan.distribution, directory, "pi-1g", plan.set, plan.say)
        cluster.start(1)
        process = cluster.processes[host.name]
        watch = MemoryWatch(host, process)
        watch.start()
        generator = machine.beside("load")
        load = Load(generator, cluster.nearstream, directory, cluster.bootstrap, cluster.state_addresses(), plan.load_options(1), plan.say)
        load.await_warm()
        machine.slow_down()
        plan.say("warm     the host has %d %% of a core from now on" % (100 * plan.share))
        load.go_on()
        code, shown, report = load.end()
        watch.stop()
        step = report["loads"][0]["steps"][0]
        wrong = verdict(watch.samples, plan.memory_mb << 20, process.poll() is None, cluster.restarts(), step)
    last = watch.samples[-1]
    print(shown.rstrip())
    rows = [("MB", "1st quarter", "2nd", "3rd", "4th", "most")]
    for key, name in (("vm_rss", "TaskManager, resident"), ("rss", "group, anonymous"), ("cache", "group, files"), ("usage", "group, all")):
        row = quarters(watch.samples, key)
        rows.append((name, *row, *["-"] * (4 - len(row)), "%.1f" % (max(sample[key] for sample in watch.samples) / (1 << 20))))
    print(figures.table(rows))
    print("most of the group %.1f of %d MB, of the TaskManager %.1f MB; killed for want of memory: %d" % (last["most"] / (1 << 20), plan.memory_mb, last["vm_hwm"] / (1 << 20), last["oom_kills"]))
    print("FAILED: " + "; ".join(wrong) if wrong else "stayed inside its memory for %d minutes of load" % (seconds // 60))
    document = {"seconds": seconds, "step": step, "wrong": wrong, "samples": watch.samples, "exit_code_of_load": code}
    return (1 if wrong or code else 0), document
