package io.nearstream.cluster;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.nearstream.jobs.common.config.BackfillOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a cluster's directory remembers: the cluster as it was asked for with the ports that were
 * chosen, its processes, and jobs beside its own that are to run again. Files are replaced whole,
 * so that a kill leaves the old or the new one.
 */
final class ClusterFile {
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    // Records' components, and nothing that is derived from them.
                    .setVisibility(PropertyAccessor.ALL, Visibility.NONE)
                    .setVisibility(PropertyAccessor.FIELD, Visibility.ANY)
                    .setVisibility(PropertyAccessor.CREATOR, Visibility.ANY)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    /**
     * A cluster as it is remembered.
     *
     * @param spec what was asked for
     * @param kafkaClusterId of all its brokers
     * @param ports chosen ports by what they are for, for example {@code jobmanager-1.rest}
     * @param stopped savepoints with which jobs were stopped, by job: their checkpoints are gone,
     *     so that nothing else has their state until they have made the next one
     */
    record Remembered(
            ClusterSpec spec,
            String kafkaClusterId,
            Map<String, Integer> ports,
            Map<String, String> stopped) {
        Remembered {
            ports = Map.copyOf(ports);
            stopped = stopped == null ? Map.of() : Map.copyOf(stopped); // files of earlier builds
        }

        Remembered with(ClusterSpec other) {
            return new Remembered(other, kafkaClusterId, ports, stopped);
        }

        /** The same without files of a backfill, which are asked for by name alone. */
        Remembered withoutFiles() {
            Map<String, String> others = new TreeMap<>(spec.overrides());
            others.keySet().removeIf(key -> key.startsWith(BackfillOptions.KEYS));
            return with(spec.withOverrides(others));
        }

        /** The same with a job that was stopped. */
        Remembered withStopped(String job, String savepoint) {
            Map<String, String> all = new TreeMap<>(stopped);
            all.put(job, savepoint);
            return new Remembered(spec, kafkaClusterId, ports, all);
        }

        /** The same with ports that were chosen since. */
        Remembered withPorts(Map<String, Integer> more) {
            Map<String, Integer> all = new TreeMap<>(ports);
            all.putAll(more);
            return new Remembered(spec, kafkaClusterId, all, stopped);
        }
    }

    /** In a file of its own, so that builds that do not know of them read the rest. */
    private record Further(List<FurtherJob> jobs) {}

    private final ClusterLayout layout;

    ClusterFile(ClusterLayout layout) {
        this.layout = layout;
    }

    /** What was written last; empty where no cluster was started yet. */
    Optional<Remembered> read() throws IOException {
        return parse(layout.spec(), Remembered.class);
    }

    void write(Remembered remembered) throws IOException {
        replace(layout.spec(), remembered);
    }

    void write(RunningNode node) throws IOException {
        replace(layout.runningNode(node.name()), node);
    }

    /** Jobs beside the cluster's own that ran when it was stopped, and have not been since. */
    List<FurtherJob> furtherJobs() throws IOException {
        return parse(layout.furtherJobs(), Further.class).map(Further::jobs).orElse(List.of());
    }

    /** Remembers a further job, in the place of what is remembered of it. */
    void write(FurtherJob job) throws IOException {
        List<FurtherJob> all = new ArrayList<>(furtherJobs());
        all.removeIf(each -> each.name().equals(job.name()));
        all.add(job);
        replace(layout.furtherJobs(), new Further(all));
    }

    void forget(FurtherJob job) throws IOException {
        List<FurtherJob> all = new ArrayList<>(furtherJobs());
        if (all.removeIf(each -> each.name().equals(job.name()))) {
            replace(layout.furtherJobs(), new Further(all));
        }
    }

    void forget(String name) throws IOException {
        Files.deleteIfExists(layout.runningNode(name));
    }

    /** Every process that was started and not ended by us, whether it lives or not; by name. */
    List<RunningNode> nodes() throws IOException {
        if (!Files.isDirectory(layout.runningNodes())) {
            return List.of();
        }
        List<RunningNode> nodes = new ArrayList<>();
        try (Stream<Path> files = Files.list(layout.runningNodes())) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".json")).sorted().toList()) {
                // One may be forgotten by another command meanwhile.
                parse(file, RunningNode.class).ifPresent(nodes::add);
            }
        }
        return nodes;
    }

    /** The node that was started last under that name in the foreground, alive or not. */
    static Optional<RunningNode> foreground(ClusterLayout layout, String name) throws IOException {
        return parse(layout.foregroundNode(name), RunningNode.class);
    }

    static void writeForeground(ClusterLayout layout, RunningNode node) throws IOException {
        replace(layout.foregroundNode(node.name()), node);
    }

    private static <T> Optional<T> parse(Path file, Class<T> type) throws IOException {
        try {
            return Optional.of(JSON.readValue(Files.readString(file), type));
        } catch (NoSuchFileException nothing) {
            return Optional.empty();
        } catch (JsonProcessingException damaged) {
            throw new IOException(
                    "%s cannot be read: %s".formatted(file, damaged.getOriginalMessage()), damaged);
        }
    }

    private static void replace(Path file, Object value) throws IOException {
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        byte[] text = JSON.writeValueAsBytes(value);
        try (FileChannel channel =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(text);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            // Else a power cut may leave the new name without what it names.
            channel.force(true);
        } catch (ClosedByInterruptException interrupted) {
            throw interrupted;
        } catch (IOException failure) {
            throw new IOException(
                    "Cannot write %s: %s".formatted(file, failure.getMessage()), failure);
        }
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
