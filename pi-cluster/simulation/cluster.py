"""A cluster on simulated hosts: broker and JobManager beside them, a TaskManager on each, both jobs submitted by Flink's REST API."""

import hashlib
import json
import os
import subprocess
import threading
import time
import urllib.error
import urllib.request
import uuid

KAFKA, REST, RPC, STATE = 9092, 8081, 6123, 9069
# The hosts are here: no proxy of the surroundings is asked.
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))
START_WITHIN_S = 180
RUN_WITHIN_S = 240
JOBS = {"ingest": "io.nearstream.jobs.ingest.IngestJob", "query": "io.nearstream.jobs.query.QueryJob"}
# What the main classes read by themselves; all else is the JobManager's own configuration.
JOB_KEYS = ("nearstream.", "pipeline.", "execution.", "state.")


def job_id(name):
    """As io.nearstream.jobs.common.config.JobIds has it."""
    digest = bytearray(hashlib.md5(("nearstream/" + name).encode()).digest())
    digest[6] = digest[6] & 0x0F | 0x30
    digest[8] = digest[8] & 0x3F | 0x80
    return (bytes(digest[8:]) + bytes(digest[:8])).hex()


class Cluster:
    """Processes of the distribution on the hosts of a machine."""

    def __init__(self, machine, distribution, directory, profile, overrides, say):
        self.machine = machine
        self.overrides = overrides
        self.nearstream = os.path.join(distribution, "nearstream")
        self.jar = os.path.join(distribution, "jobs", "nearstream-jobs.jar")
        self.directory = directory
        self.profile = profile
        self.say = say
        self.processes = {}
        self.hub = machine.network + ".1"
        self.rest = "http://%s:%d" % (self.hub, REST)
        self.bootstrap = "%s:%d" % (self.hub, KAFKA)
        # A subtask of each job takes a slot: half of the slots of a profile are for either.
        self.parallelism = 0

    def log(self, name):
        return os.path.join(self.directory, "logs", name + ".out")

    def start_node(self, host, role, name, *options):
        with open(self.log(name), "a") as log:
            command = [self.nearstream, "node", role, "--name", name, "--dir", os.path.join(self.directory, name), *options]
            self.processes[name] = host.start(command, log, stdin=subprocess.DEVNULL)

    def start(self, parallelism):
        """Starts everything, and waits until both jobs run."""
        self.parallelism = parallelism
        for folder in ("logs", "checkpoints", "conf"):
            os.makedirs(os.path.join(self.directory, folder), exist_ok=True)
        self.start_node(self.machine.beside("broker"), "broker", "broker-1", "--host", self.hub, "--port", str(KAFKA))
        self.start_flink("jobmanager", self.machine.beside("jobmanager"), "jobmanager-1", self.hub)
        for host in self.machine.hosts:
            self.start_flink("taskmanager", host, host.name, host.address)
        self.say("started  broker, JobManager and %d TaskManagers of profile %s" % (len(self.machine.hosts), self.profile))
        self.create_topics()
        self.await_fact("TaskManagers have come", START_WITHIN_S, lambda: len(self.task_managers()) == len(self.machine.hosts))
        self.submit()
        self.say("running  both jobs, parallelism %d" % parallelism)

    def start_flink(self, role, host, name, address):
        settings = {
            "jobmanager.rpc.address": self.hub,
            "jobmanager.rpc.port": RPC,
            "jobmanager.bind-host": self.hub,
            "rest.address": self.hub,
            "rest.bind-address": self.hub,
            "rest.port": REST,
            "web.submit.enable": "true",
            "taskmanager.host": address,
            "taskmanager.bind-host": address,
            "queryable-state.enable": "true",
            "queryable-state.proxy.ports": STATE,
            "queryable-state.server.ports": STATE - 2,
            "execution.checkpointing.dir": "file://" + os.path.join(self.directory, "checkpoints"),
            "nearstream.kafka.bootstrap": self.bootstrap,
            "nearstream.parallelism": self.parallelism,
        }
        settings.update(self.overrides)
        site = os.path.join(self.directory, "conf", name + ".yaml")
        with open(site, "w") as file:
            file.writelines("%s: %s\n" % item for item in settings.items())
        self.start_node(host, role, name, "--profile", self.profile, "--conf", site)

    def create_topics(self):
        deadline = time.monotonic() + START_WITHIN_S
        while True:
            with open(self.log("topics"), "w") as log:
                command = [self.nearstream, "topics", "create", "--bootstrap", self.bootstrap, "--replication", "1"]
                if self.machine.beside("jobmanager").start(command, log, stdin=subprocess.DEVNULL).wait() == 0:
                    return
            self.require_alive()
            if time.monotonic() > deadline:
                raise RuntimeError("no topics after %d s; see %s" % (START_WITHIN_S, self.log("topics")))

    def require_alive(self):
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise RuntimeError("%s has ended with code %d; see %s" % (name, process.returncode, self.log(name)))

    def await_fact(self, what, seconds, fact):
        deadline = time.monotonic() + seconds
        while True:
            self.require_alive()
            try:
                if fact():
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass  # The JobManager is still starting; require_alive() tells when it has ended instead.
            if time.monotonic() > deadline:
                raise RuntimeError("after %d s it is still not so that %s; logs are in %s" % (seconds, what, self.directory))
            time.sleep(0.3)

    def get(self, path):
        with HTTP.open(self.rest + path, timeout=20) as answer:
            return json.load(answer)

    def post(self, path, body, kind="application/json"):
        request = urllib.request.Request(self.rest + path, data=body, headers={"Content-Type": kind})
        try:
            with HTTP.open(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise RuntimeError("%s: %s" % (path, refused.read().decode(errors="replace")[:2000])) from refused

    def task_managers(self):
        return [manager["id"] for manager in self.get("/taskmanagers")["taskmanagers"]]

    def submit(self):
        """Uploads the jar once and runs both of its jobs under their permanent ids."""
        boundary = uuid.uuid4().hex
        head = '--%s\r\nContent-Disposition: form-data; name="jarfile"; filename="nearstream-jobs.jar"\r\n' % boundary
        with open(self.jar, "rb") as jar:
            body = (head + "Content-Type: application/x-java-archive\r\n\r\n").encode() + jar.read() + ("\r\n--%s--\r\n" % boundary).encode()
        jar = os.path.basename(self.post("/jars/upload", body, "multipart/form-data; boundary=" + boundary)["filename"])
        for name, main in JOBS.items():
            arguments = [word for key, value in self.job_settings() for word in ("--" + key, value)]
            run = {"entryClass": main, "programArgsList": arguments, "jobId": job_id(name)}
            self.post("/jars/%s/run" % jar, json.dumps(run).encode())
        for name in JOBS:
            self.await_fact("job %s runs" % name, RUN_WITHIN_S, lambda: self.runs(job_id(name)))

    def job_settings(self):
        """Of the JobManager's whole configuration what the jobs read."""
        with open(os.path.join(self.directory, "jobmanager-1", "conf", "jobmanager-1", "config.yaml")) as file:
            pairs = [line.rstrip("\n").split(": ", 1) for line in file if ": " in line]
        return [(key, value.strip("\"'")) for key, value in pairs if key.startswith(JOB_KEYS)]

    def runs(self, job):
        details = self.get("/jobs/" + job)
        if details["state"] in ("FAILED", "CANCELED", "FINISHED"):
            raise RuntimeError("job %s has ended: %s; see %s" % (details["name"], details["state"], self.directory))
        return details["state"] == "RUNNING" and all(
            vertex["tasks"]["RUNNING"] + vertex["tasks"]["FINISHED"] == vertex["parallelism"] for vertex in details["vertices"]
        )

    def hosts_of_subtasks(self, job, operator):
        """For each subtask of an operator the host that it runs on."""
        job = job_id(job)
        for vertex in self.get("/jobs/" + job)["vertices"]:
            if operator in vertex["name"]:
                subtasks = self.get("/jobs/%s/vertices/%s" % (job, vertex["id"]))["subtasks"]
                ordered = sorted(subtasks, key=lambda subtask: subtask["subtask"])
                return [subtask["taskmanager-id"].rsplit("-", 1)[0] for subtask in ordered]
        raise RuntimeError("job %s has no operator '%s'" % (job, operator))

    def restarts(self):
        """Restarts of both jobs since they were submitted."""
        total = 0
        for name in JOBS:
            total += self.get("/jobs/%s/checkpoints" % job_id(name))["counts"]["restored"]
        return total

    def state_addresses(self):
        return ",".join("%s:%d" % (host.address, STATE) for host in self.machine.hosts)


class Load:
    """The load generator: 'nearstream bench cluster', which waits when it is warm until it is told to go on."""

    def __init__(self, host, nearstream, directory, bootstrap, state, options, say):
        self.say = say
        self.report = os.path.join(directory, "load.json")
        self.work = os.path.join(directory, "work.jsonl")
        self.errors = os.path.join(directory, "logs", "load.out")
        command = [nearstream, "bench", "cluster", "--bootstrap", bootstrap, "--state", state]
        command += ["--hold", "--json", self.report, "--work", self.work] + options
        self.process = host.start(command, subprocess.PIPE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.teller = threading.Thread(target=self.tell, daemon=True)
        self.teller.start()

    def tell(self):
        """Passes on what the load generator says of its progress, and keeps it."""
        with open(self.errors, "w") as log:
            for line in self.process.stderr:
                log.write(line)
                log.flush()
                if line.strip():
                    self.say("load     " + line.strip())

    def await_warm(self):
        for line in self.process.stdout:
            if line.strip() == "warm":
                return
        self.fail()

    def go_on(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self):
        """The report, once it is complete."""
        shown = self.process.stdout.read()
        code = self.process.wait()
        self.teller.join()
        if not os.path.exists(self.report):
            self.fail()
        with open(self.report) as file:
            return code, shown, json.load(file)

    def fail(self):
        code = self.process.wait()
        self.teller.join()
        with open(self.errors) as file:
            last = file.read().strip().splitlines()[-5:]
        raise RuntimeError("the load generator has ended with code %d: %s" % (code, " / ".join(last)))
