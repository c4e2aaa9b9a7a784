package io.nearstream.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;

/** What becomes of a directory's data when another cluster is asked for in it. Stateless. */
final class ClusterChanges {
    private ClusterChanges() {}

    /**
     * Makes the data fit; only while nothing of the cluster runs, or nothing of it changes.
     *
     * @throws IOException when it cannot be made to; nothing is changed then
     */
    static void prepare(ClusterLayout layout, Optional<ClusterSpec> before, ClusterSpec wanted)
            throws IOException {
        if (before.isEmpty()) {
            return;
        }
        int brokers = before.get().brokers();
        if (brokers != wanted.brokers() && hasEntries(layout.kafka("x").getParent())) {
            throw new IOException(
                    "'--brokers' cannot be changed from %d to %d: the data in %s was made by %d, and keeps their number of copies and of voters. Start the new cluster in another '--dir'."
                            .formatted(
                                    brokers,
                                    wanted.brokers(),
                                    layout.kafka("x").getParent(),
                                    brokers));
        }
        if (wanted.isHighlyAvailable() && !before.get().isHighlyAvailable()) {
            // What it knew is older than what ran without it: jobs go on from their checkpoints.
            FileUtils.deleteDirectory(layout.zooKeeper().toFile());
            FileUtils.deleteDirectory(layout.highAvailability().toFile());
        }
    }

    private static boolean hasEntries(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(dir)) {
            return entries.findAny().isPresent();
        }
    }
}
