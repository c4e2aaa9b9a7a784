package io.nearstream.embedded.testing;

import java.io.DataInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
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
 * The rows of all keyed states of a job whose keys are int32, from a canonical savepoint. They are
 * read as a restore reads them, so a state that nobody thinks of is there, too, and no job has to
 * run for it.
 */
public final class KeyedRows {
    private static final ClassLoader LOADER = KeyedRows.class.getClassLoader();

    private KeyedRows() {}

    /**
     * The values, by the name of their state.
     *
     * @param savepoint its directory, as a URI
     */
    public static Map<String, List<byte[]>> of(String savepoint) throws Exception {
        Path metadata = Path.of(URI.create(savepoint)).resolve("_metadata");
        Map<String, List<byte[]>> rows = new TreeMap<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(metadata))) {
            CheckpointMetadata read = Checkpoints.loadCheckpointMetadata(in, LOADER, savepoint);
            for (OperatorState operator : read.getOperatorStates()) {
                for (OperatorSubtaskState subtask : operator.getStates()) {
                    if (!subtask.getRawKeyedState().isEmpty()) {
                        throw new AssertionError("There is keyed state of no name: " + subtask);
                    }
                    for (KeyedStateHandle handle : subtask.getManagedKeyedState()) {
                        read(handle, rows);
                    }
                }
            }
        }
        return rows;
    }

    private static void read(KeyedStateHandle handle, Map<String, List<byte[]>> rows)
            throws Exception {
        FullSnapshotRestoreOperation<Integer> restore =
                new FullSnapshotRestoreOperation<>(
                        handle.getKeyGroupRange(),
                        LOADER,
                        List.of(handle),
                        StateSerializerProvider.fromNewRegisteredSerializer(
                                IntSerializer.INSTANCE));
        try (ThrowingIterator<SavepointRestoreResult> results = restore.restore()) {
            while (results.hasNext()) {
                SavepointRestoreResult result = results.next();
                List<String> names =
                        result.getStateMetaInfoSnapshots().stream()
                                .map(state -> state.getName())
                                .toList();
                try (ThrowingIterator<KeyGroup> groups = result.getRestoredKeyGroups()) {
                    while (groups.hasNext()) {
                        read(groups.next(), names, rows);
                    }
                }
            }
        }
    }

    private static void read(KeyGroup group, List<String> names, Map<String, List<byte[]>> rows)
            throws Exception {
        try (ThrowingIterator<KeyGroupEntry> entries = group.getKeyGroupEntries()) {
            while (entries.hasNext()) {
                KeyGroupEntry entry = entries.next();
                rows.computeIfAbsent(names.get(entry.getKvStateId()), name -> new ArrayList<>())
                        .add(entry.getValue());
            }
        }
    }
}
