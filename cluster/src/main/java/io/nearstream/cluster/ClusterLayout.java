package io.nearstream.cluster;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where everything of a cluster lies in its directory. Immutable.
 *
 * @param dir the directory; absolute
 */
public record ClusterLayout(Path dir) {
    /**
     * What Flink and Kafka take as it is: they split lists at ',' and ':', and decode addresses.
     */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._+@=~-]+");

    /** Makes the path absolute and checks its characters. */
    public ClusterLayout {
        dir = dir.toAbsolutePath().normalize();
        if (!PLAIN.matcher(dir.toString()).matches()) {
            throw new IllegalArgumentException(
                    "'--dir' must be of letters, digits and / . _ + @ = ~ - only, but was '%s': Flink and Kafka take other characters for something else."
                            .formatted(dir));
        }
    }

    Path spec() {
        return dir.resolve("cluster.json");
    }

    Path furtherJobs() {
        return dir.resolve("further-jobs.json");
    }

    Path runningNodes() {
        return dir.resolve("run");
    }

    Path runningNode(String name) {
        return runningNodes().resolve(name + ".json");
    }

    /** Of a node that a supervisor or a terminal started, not 'cluster up'. */
    Path foregroundNode(String name) {
        return runningNodes().resolve("foreground").resolve(name + ".json");
    }

    Path conf(String name) {
        return dir.resolve("conf").resolve(name);
    }

    /** The log of a node, rolled by size. */
    public Path log(String name) {
        return dir.resolve("logs").resolve(name + ".log");
    }

    /** What a node printed: what the JVM itself has to say. */
    public Path printed(String name) {
        return dir.resolve("logs").resolve(name + ".out");
    }

    Path kafka(String name) {
        return dir.resolve("kafka").resolve(name);
    }

    Path zooKeeper() {
        return dir.resolve("zookeeper");
    }

    /** What a node needs while it runs; emptied before each start of it. */
    public Path temporary(String name) {
        return dir.resolve("tmp").resolve(name);
    }

    /** Checkpoints of all jobs, each in a folder named by the job's id. */
    public Path checkpoints() {
        return dir.resolve("flink").resolve("checkpoints");
    }

    /** Savepoints that were asked for. */
    public Path savepoints() {
        return dir.resolve("flink").resolve("savepoints");
    }

    Path highAvailability() {
        return dir.resolve("flink").resolve("ha");
    }
}
