package io.nearstream.embedded;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;

/**
 * The files of which a checkpoint consists, as its metadata names them: its own and those that it
 * shares with earlier ones. Immutable once read.
 */
final class CheckpointFiles {
    private static final String METADATA = "_metadata";

    private final Set<Path> files = new HashSet<>();
    private boolean complete = true;

    private CheckpointFiles() {}

    /**
     * Reads the metadata of a checkpoint and checks that every file it names is there.
     *
     * @throws NoSuchFileException when a file, the metadata included, is missing
     * @throws IOException when the metadata cannot be read
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
        for (Path file : found.files) {
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString());
            }
        }
        return found;
    }

    /** Whether the checkpoint needs this file; yes for all when it holds state of unknown kind. */
    boolean needs(Path file) {
        return !complete || files.contains(file.toAbsolutePath().normalize());
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
                                files.add(
                                        Path.of(path.toUri().getPath())
                                                .toAbsolutePath()
                                                .normalize()));
    }
}
