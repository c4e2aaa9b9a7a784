package io.nearstream.embedded;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;

/**
 * The files of which a checkpoint consists, as its metadata names them: its own and those that it
 * shares with earlier ones. Immutable once read.
 */
final class CheckpointFiles {
    private static final String METADATA = "_metadata";

    /** With the bytes that each was written with; negative where that is not known. */
    private final Map<Path, Long> files = new HashMap<>();

    private boolean complete = true;

    private CheckpointFiles() {}

    /**
     * Reads the metadata of a checkpoint and checks that every file it names is there, as long as
     * it was when it was written.
     *
     * @throws NoSuchFileException when a file, the metadata included, is missing
     * @throws IOException when the metadata cannot be read, or a file has another length
     */
    static CheckpointFiles read(Path checkpoint) throws IOException {
        CheckpointFiles found = new CheckpointFiles();
        try (DataInputStream in =
                new DataInputStream(Files.newInputStream(checkpoint.resolve(METADATA)))) {
            CheckpointMetadata metadata =
                    Checkpoints.loadCheckpointMetadata(
                            in,
                            CheckpointFiles.class.getClassLoader(),
                            checkpoint.toUri().toString());
            metadata.getOperatorStates().forEach(found::addOperator);
        }
        for (Map.Entry<Path, Long> file : found.files.entrySet()) {
            requireWhole(file.getKey(), file.getValue());
        }
        return found;
    }

    private static void requireWhole(Path file, long bytes) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (bytes >= 0 && Files.size(file) != bytes) {
            throw new IOException(
                    "%s was written with %d bytes, but has %d."
                            .formatted(file, bytes, Files.size(file)));
        }
    }

    /** Whether the checkpoint needs this file; yes for all when it holds state of unknown kind. */
    boolean needs(Path file) {
        return !complete || files.containsKey(file.toAbsolutePath().normalize());
    }

    private void addOperator(OperatorState operator) {
        for (OperatorSubtaskState subtask : operator.getStates()) {
            addKeyed(subtask.getManagedKeyedState());
            addKeyed(subtask.getRawKeyedState());
            addOperatorState(subtask.getManagedOperatorState());
            addOperatorState(subtask.getRawOperatorState());
        }
    }

    private void addKeyed(Collection<KeyedStateHandle> handles) {
        for (KeyedStateHandle handle : handles) {
            if (handle instanceof IncrementalRemoteKeyedStateHandle incremental) {
                incremental.streamSubHandles().forEach(this::add);
                add(incremental.getMetaDataStateHandle());
            } else if (handle instanceof KeyGroupsStateHandle whole) {
                add(whole.getDelegateStateHandle());
            } else {
                complete = false;
            }
        }
    }

    private void addOperatorState(Collection<OperatorStateHandle> handles) {
        handles.forEach(handle -> add(handle.getDelegateStateHandle()));
    }

    /** Small state lies in the metadata itself and has no path. */
    private void add(StreamStateHandle handle) {
        handle.maybeGetPath()
                .ifPresent(
                        path ->
                                files.put(
                                        Path.of(path.toUri().getPath())
                                                .toAbsolutePath()
                                                .normalize(),
                                        // Others may be parts of their files.
                                        handle instanceof FileStateHandle
                                                ? handle.getStateSize()
                                                : -1L));
    }
}
