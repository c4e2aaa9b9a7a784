package io.nearstream.embedded.testing;

import java.io.DataInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.StateSerializerProvider;
import org.apache.flink.runtime.state.restore.FullSnapshotRestoreOperation;
import org.apache.flink.runtime.state.restore.KeyGroup;
import org.apache.flink.runtime.state.restore.KeyGroupEntry;
import org.apache.flink.runtime.state.restore.SavepointRestoreResult;
import org.apache.flink.runtime.state.restore.ThrowingIterator;

/**
 * The rows of all keyed states of a job, timers included, from a canonical savepoint. They are read
 * by the format that all backends restore, so a state that nobody thinks of is there, too, and
 * timers of keys that have nothing else: the State Processor API asks for states by name and visits
 * the keys that have any.
 */
public final class KeyedRows {
    private static final ClassLoader LOADER = KeyedRows.class.getClassLoader();

    private KeyedRows() {}

    /**
     * The values.
     *
     * @param savepoint its directory, as a {@code file:} URI
     * @param hasIntKeys of the uid of an operator, whether its keys are int32; else they are text
     * @return by {@code uid state}, where there are any
     */
    public static Map<String, List<byte[]>> of(String savepoint, Predicate<String> hasIntKeys)
            throws Exception {
        Path metadata = Path.of(URI.create(savepoint)).resolve("_metadata");
        Map<String, List<byte[]>> rows = new TreeMap<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(metadata))) {
            CheckpointMetadata read = Checkpoints.loadCheckpointMetadata(in, LOADER, savepoint);
            for (OperatorState operator : read.getOperatorStates()) {
                String uid =
                        operator.getOperatorUid().orElse(operator.getOperatorID().toHexString());
                TypeSerializer<?> keys =
                        hasIntKeys.test(uid) ? IntSerializer.INSTANCE : StringSerializer.INSTANCE;
                for (OperatorSubtaskState subtask : operator.getStates()) {
                    if (!subtask.getRawKeyedState().isEmpty()) {
                        throw new AssertionError(uid + " has keyed state of no name: " + subtask);
                    }
                    for (KeyedStateHandle handle : subtask.getManagedKeyedState()) {
                        read(uid, handle, keys, rows);
                    }
                }
            }
        }
        return rows;
    }

    /** How many there are of each, where there are any. */
    public static Map<String, Integer> counts(Map<String, List<byte[]>> rows) {
        Map<String, Integer> counts = new TreeMap<>();
        rows.forEach((state, values) -> counts.put(state, values.size()));
        return counts;
    }

    private static void read(
            String uid,
            KeyedStateHandle handle,
            TypeSerializer<?> keys,
            Map<String, List<byte[]>> rows)
            throws Exception {
        FullSnapshotRestoreOperation<?> restore =
                new FullSnapshotRestoreOperation<>(
                        handle.getKeyGroupRange(),
                        LOADER,
                        List.of(handle),
                        StateSerializerProvider.fromNewRegisteredSerializer(keys));
        try (ThrowingIterator<SavepointRestoreResult> results = restore.restore()) {
            while (results.hasNext()) {
                SavepointRestoreResult result = results.next();
                List<String> states =
                        result.getStateMetaInfoSnapshots().stream()
                                .map(state -> uid + " " + state.getName())
                                .toList();
                try (ThrowingIterator<KeyGroup> groups = result.getRestoredKeyGroups()) {
                    while (groups.hasNext()) {
                        read(groups.next(), states, rows);
                    }
                }
            }
        }
    }

    private static void read(KeyGroup group, List<String> states, Map<String, List<byte[]>> rows)
            throws Exception {
        try (ThrowingIterator<KeyGroupEntry> entries = group.getKeyGroupEntries()) {
            while (entries.hasNext()) {
                KeyGroupEntry entry = entries.next();
                rows.computeIfAbsent(states.get(entry.getKvStateId()), name -> new ArrayList<>())
                        .add(entry.getValue());
            }
        }
    }
}
