package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.StateSerializerProvider;
import org.apache.flink.runtime.state.restore.FullSnapshotRestoreOperation;
import org.apache.flink.runtime.state.restore.KeyGroup;
import org.apache.flink.runtime.state.restore.KeyGroupEntry;
import org.apache.flink.runtime.state.restore.SavepointRestoreResult;
import org.apache.flink.runtime.state.restore.ThrowingIterator;

/**
 * How many entries all keyed states of a job have, timers included, read from a canonical savepoint
 * by the format that all backends restore. The State Processor API asks for states by name and
 * visits the keys that have any: what a test does not think of, and timers of keys that have
 * nothing else, it would not find.
 */
final class KeyedEntries {
    private static final String BY_BUCKET = ".pairs.v1";

    private KeyedEntries() {}

    /**
     * Counts the entries of a savepoint.
     *
     * @param savepoint of a join job, as a {@code file:} URI
     * @return by operator and state, where there are any
     */
    static Map<String, Integer> of(String savepoint) throws Exception {
        Map<String, Integer> counts = new TreeMap<>();
        Path metadata = Path.of(URI.create(savepoint)).resolve("_metadata");
        try (DataInputStream in = new DataInputStream(Files.newInputStream(metadata))) {
            for (OperatorState operator :
                    Checkpoints.loadCheckpointMetadata(
                                    in, KeyedEntries.class.getClassLoader(), savepoint)
                            .getOperatorStates()) {
                count(operator, counts);
            }
        }
        return counts;
    }

    private static void count(OperatorState operator, Map<String, Integer> counts)
            throws Exception {
        List<KeyedStateHandle> handles = new ArrayList<>();
        String uid = operator.getOperatorUid().orElse(operator.getOperatorID().toHexString());
        for (OperatorSubtaskState subtask : operator.getStates()) {
            handles.addAll(subtask.getManagedKeyedState());
            assertThat(subtask.getRawKeyedState()).as("unreadable state of %s", uid).isEmpty();
        }
        TypeSerializer<?> keys =
                uid.endsWith(BY_BUCKET) ? IntSerializer.INSTANCE : StringSerializer.INSTANCE;
        ThrowingIterator<SavepointRestoreResult> results =
                new FullSnapshotRestoreOperation<>(
                                KeyGroupRange.of(0, operator.getMaxParallelism() - 1),
                                KeyedEntries.class.getClassLoader(),
                                handles,
                                StateSerializerProvider.fromNewRegisteredSerializer(keys))
                        .restore();
        while (results.hasNext()) {
            count(uid, results.next(), counts);
        }
    }

    private static void count(
            String uid, SavepointRestoreResult subtask, Map<String, Integer> counts)
            throws Exception {
        try (ThrowingIterator<KeyGroup> groups = subtask.getRestoredKeyGroups()) {
            while (groups.hasNext()) {
                ThrowingIterator<KeyGroupEntry> entries = groups.next().getKeyGroupEntries();
                while (entries.hasNext()) {
                    int state = entries.next().getKvStateId();
                    String name = subtask.getStateMetaInfoSnapshots().get(state).getName();
                    counts.merge(uid + " " + name, 1, Integer::sum);
                }
            }
        }
    }
}
