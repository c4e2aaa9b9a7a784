package io.nearstream.migrate;

import io.nearstream.client.NearstreamException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.runtime.SavepointLoader;

/**
 * A savepoint, or a checkpoint that was kept, in a directory of this machine. Immutable: nothing is
 * ever written to it.
 */
public final class Savepoint {
    private static final String METADATA = "_metadata";
    private static final int NAMED_MAX = 10;

    private final Path dir;
    private final Map<OperatorID, OperatorState> operators = new HashMap<>();

    private Savepoint(Path dir, Collection<OperatorState> states) {
        this.dir = dir;
        states.forEach(state -> operators.put(state.getOperatorID(), state));
    }

    /**
     * Opens a savepoint.
     *
     * @param where its directory, as a path or as a {@code file:} URI
     * @throws NearstreamException if there is none; the message names those that lie there instead
     */
    public static Savepoint open(String where) throws IOException {
        Path dir = (where.startsWith("file:") ? Path.of(URI.create(where)) : Path.of(where));
        dir = dir.toAbsolutePath().normalize();
        if (!Files.isRegularFile(dir.resolve(METADATA))) {
            throw new NearstreamException(noSavepoint(dir));
        }
        try {
            CheckpointMetadata metadata =
                    SavepointLoader.loadSavepointMetadata(dir.toUri().toString());
            return new Savepoint(dir, metadata.getOperatorStates());
        } catch (IOException | RuntimeException broken) {
            throw new NearstreamException(
                    "The savepoint %s cannot be read: %s".formatted(dir, broken.getMessage()),
                    broken);
        }
    }

    private static String noSavepoint(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return "There is no savepoint %s: no such directory.".formatted(dir);
        }
        try (Stream<Path> files = Files.list(dir)) {
            List<String> inside =
                    files.filter(file -> Files.isRegularFile(file.resolve(METADATA)))
                            .map(file -> file.getFileName().toString())
                            .sorted()
                            .limit(NAMED_MAX)
                            .toList();
            return "%s is no savepoint: it has no %s. %s"
                    .formatted(
                            dir,
                            METADATA,
                            inside.isEmpty()
                                    ? "'./nearstream cluster savepoint' takes one and prints where it lies."
                                    : "Savepoints in it: " + String.join(", ", inside) + ".");
        }
    }

    Path dir() {
        return dir;
    }

    boolean has(String uid) {
        return operators.containsKey(id(uid));
    }

    /**
     * Refuses a savepoint of another job.
     *
     * @param uid of an operator that must be there
     * @param what is exported from it, for the message
     */
    void require(String uid, String what, String job) {
        if (!has(uid)) {
            throw new NearstreamException(
                    "%s has no operator '%s': %s out of a savepoint of the %s job, and this is of another one."
                            .formatted(dir, uid, what, job));
        }
    }

    /** Bytes of the keyed state of some operators. */
    long bytes(List<String> uids) {
        return uids.stream()
                .map(uid -> operators.get(id(uid)))
                .filter(state -> state != null)
                .flatMap(state -> state.getStates().stream())
                .flatMap(subtask -> subtask.getManagedKeyedState().stream())
                .mapToLong(handle -> handle.getStateSize())
                .sum();
    }

    private static OperatorID id(String uid) {
        return OperatorIdentifier.forUid(uid).getOperatorId();
    }
}
