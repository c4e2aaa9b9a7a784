package io.nearstream.cluster;

import io.nearstream.embedded.FreePorts;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/** What a cluster was asked to be, and the ports that were chosen for it. Not thread-safe. */
record ClusterMemory(ClusterLayout layout, ClusterFile file, Nodes nodes) {
    /**
     * Remembers what is wanted, as far as it was not, with ports for all of it.
     *
     * @throws IOException when a cluster with other options runs, or a port is taken
     */
    ClusterFile.Remembered remember(ClusterSpec wanted) throws IOException {
        Optional<ClusterFile.Remembered> before = file.read();
        boolean asBefore = before.filter(old -> old.spec().equals(wanted)).isPresent();
        if (!asBefore && nodes.anyAlive()) {
            throw new IOException(
                    "A cluster with other options runs in %s. Ask for it without options to start what is missing, change it with 'cluster rescale', or end it first with 'cluster down'."
                            .formatted(layout.dir()));
        }
        ClusterChanges.prepare(layout, before.map(ClusterFile.Remembered::spec), wanted);
        Map<String, Integer> known =
                before.filter(old -> old.spec().basePorts().equals(wanted.basePorts()))
                        .map(ClusterFile.Remembered::ports)
                        .orElse(Map.of());
        return remember(
                new ClusterFile.Remembered(
                        wanted,
                        before.map(ClusterFile.Remembered::kafkaClusterId)
                                .orElseGet(() -> Uuid.randomUuid().toString()),
                        known,
                        before.map(ClusterFile.Remembered::stopped).orElse(Map.of())));
    }

    /** Chooses the ports that are missing. */
    ClusterFile.Remembered remember(ClusterFile.Remembered wanted) throws IOException {
        try (Ports ports =
                new Ports(
                        wanted.spec().host(), wanted.ports(), FreePorts.on(wanted.spec().host()))) {
            ClusterSettings.choosePorts(wanted.spec(), ports);
            ClusterFile.Remembered now = wanted.withPorts(ports.chosen());
            file.write(now);
            return now;
        }
    }

    /**
     * What was asked for last.
     *
     * @throws IOException where nothing was
     */
    ClusterFile.Remembered remembered() throws IOException {
        return file.read()
                .orElseThrow(
                        () ->
                                new IOException(
                                        "No cluster was started in %s. Start one with 'cluster up --dir %s'."
                                                .formatted(layout.dir(), layout.dir())));
    }
}
