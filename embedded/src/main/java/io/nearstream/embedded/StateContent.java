package io.nearstream.embedded;

import io.nearstream.jobs.ingest.backfill.Backfill;
import io.nearstream.jobs.standing.ShardsOfState;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.apache.flink.runtime.OperatorIDPair;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which operators a savepoint or checkpoint has state of, as its metadata says. Immutable.
 *
 * @param operators each once
 */
record StateContent(List<OperatorState> operators) {
    private static final Logger LOG = LoggerFactory.getLogger(StateContent.class);
    private static final Optional<String> SHARDS_UID = Optional.of(ShardsOfState.UID);
    private static final String METADATA = "_metadata";

    /**
     * Reads the metadata.
     *
     * @param where the directory or its metadata, as a path or URI
     * @return empty where there is none to be seen from here, also for want of the file system:
     *     Flink, which has it, then checks what it checks of any state
     * @throws IOException if there is, and it cannot be read
     */
    static Optional<StateContent> read(String where) throws IOException {
        Path named = new Path(where);
        FileSystem files;
        try {
            files = named.getFileSystem();
        } catch (UnsupportedFileSystemSchemeException elsewhere) {
            LOG.info("Nothing is known of {}: {}", where, elsewhere.getMessage());
            return Optional.empty();
        }
        Path metadata = named.getName().equals(METADATA) ? named : new Path(named, METADATA);
        if (!files.exists(metadata)) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(files.open(metadata))) {
            return Optional.of(
                    new StateContent(
                            List.copyOf(
                                    Checkpoints.loadCheckpointMetadata(
                                                    in, StateContent.class.getClassLoader(), where)
                                            .getOperatorStates())));
        }
    }

    /** The uids of the sources of files that the state knows, ended or not. */
    List<String> backfills() {
        return operators.stream()
                .filter(StateContent::isBackfill)
                .map(operator -> operator.getOperatorUid().orElseThrow())
                .toList();
    }

    /** Those of {@link #backfills()} whose files have been read to their end. */
    List<String> endedBackfills() {
        return operators.stream()
                .filter(operator -> isBackfill(operator) && operator.isFullyFinished())
                .map(operator -> operator.getOperatorUid().orElseThrow())
                .toList();
    }

    /** What keeps the shards of standing queries, if the state has it. */
    Optional<OperatorState> standingShards() {
        return operators.stream()
                .filter(operator -> operator.getOperatorUid().equals(SHARDS_UID))
                .findAny();
    }

    /** The operators that have state that must not be lost, and that a job does not have. */
    List<OperatorState> unclaimed(JobGraph job) {
        Set<OperatorID> claimed = new HashSet<>();
        for (JobVertex vertex : job.getVertices()) {
            for (OperatorIDPair id : vertex.getOperatorIDs()) {
                claimed.add(id.getGeneratedOperatorID());
                id.getUserDefinedOperatorID().ifPresent(claimed::add);
            }
        }
        List<OperatorState> unclaimed = new ArrayList<>();
        for (OperatorState operator : operators) {
            if (hasState(operator) && !claimed.contains(operator.getOperatorID())) {
                unclaimed.add(operator);
            }
        }
        return unclaimed;
    }

    /** As Flink sees it: an operator that has ended has none, nor its coordinator. */
    private static boolean hasState(OperatorState operator) {
        return operator.getCoordinatorState() != null
                || operator.getStates().stream().anyMatch(OperatorSubtaskState::hasState);
    }

    /** Whether it is a source of files, of this or an earlier build. */
    static boolean isBackfill(OperatorState operator) {
        return operator.getOperatorUid()
                .filter(
                        uid ->
                                uid.equals(Backfill.SOURCE_UID)
                                        || uid.startsWith(Backfill.SOURCE_UID + "."))
                .isPresent();
    }
}
