package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointDirectoryTest {
    @TempDir private Path parent;
    private Path dir;
    private CheckpointDirectory directory;

    @BeforeEach
    void createDirectory() throws IOException {
        dir = Files.createDirectories(parent.resolve("job"));
        Files.createDirectories(dir.resolve("shared"));
        directory = new CheckpointDirectory(dir);
    }

    @Test
    void highestNumberWins() throws IOException {
        completed(9);
        completed(10);
        completed(2);
        assertThat(directory.newest()).contains(dir.resolve("chk-10"));
    }

    @Test
    void unfinishedAndDamagedCheckpointsArePassedOver() throws IOException {
        completed(3);
        Files.createDirectories(dir.resolve("chk-6"));
        Files.writeString(Files.createDirectories(dir.resolve("chk-5")).resolve("_metadata"), "?");
        Path truncated = completed(4).resolve("_metadata");
        byte[] whole = Files.readAllBytes(truncated);
        Files.write(truncated, Arrays.copyOf(whole, whole.length - 1));
        assertThat(directory.newest()).contains(dir.resolve("chk-3"));
    }

    @Test
    void checkpointWithoutAllItsFilesIsPassedOver() throws IOException {
        completed(3, "a");
        completed(4, "a", "b");
        Files.delete(dir.resolve("shared/b"));
        assertThat(directory.newest()).contains(dir.resolve("chk-3"));
    }

    @Test
    void checkpointWithATruncatedFileIsPassedOverAndNamedAsDamaged() throws IOException {
        completed(3, "a");
        Path damaged = completed(4, "a", "truncated");
        assertThat(directory.newest()).contains(damaged);
        Files.writeString(dir.resolve("shared/truncated"), "trunc");
        assertThat(directory.newest()).contains(dir.resolve("chk-3"));
        assertThat(directory.newestCompleted()).contains(damaged);
    }

    /** Its name is the job's id. */
    @Test
    void aJobWhoseCheckpointsAreAllDamagedDoesNotStartWithoutThem() throws IOException {
        JobGraph graph = new JobGraph("job");
        Path own = parent.resolve(graph.getJobID().toHexString());
        Files.createDirectories(own.resolve("shared"));
        dir = own;
        completed(3, "a");
        completed(4, "a");
        EarlierRuns runs = new EarlierRuns(parent);
        assertThat(runs.damaged(graph.getJobID())).isEmpty();
        Files.writeString(own.resolve("shared/a"), "");
        assertThat(runs.damaged(graph.getJobID())).contains(own.resolve("chk-4"));
        assertThatThrownBy(() -> runs.goOn(graph))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(own.resolve("chk-4").toString())
                .hasMessageContaining("savepoint");
        assertThat(own.resolve("chk-3")).exists();
    }

    @Test
    void otherEntriesAreIgnored() throws IOException {
        Files.createDirectories(dir.resolve("chk-x"));
        Files.createDirectories(dir.resolve("chk-99999999999999999999"));
        assertThat(directory.newest()).isEmpty();
        assertThat(new CheckpointDirectory(dir.resolve("absent")).newest()).isEmpty();
    }

    @Test
    void sweepKeepsWhatTheCheckpointNeeds() throws IOException {
        completed(3, "a");
        Path kept = completed(4, "b", "c");
        Files.createDirectories(dir.resolve("chk-5"));
        directory.keepOnly(kept);
        assertThat(names(dir)).containsExactlyInAnyOrder("chk-4", "shared");
        assertThat(names(dir.resolve("shared"))).containsExactlyInAnyOrder("b", "c");
        assertThat(directory.newest()).contains(kept);
    }

    @Test
    void checkpointsPutAsideAreKeptElsewhere() throws IOException {
        completed(4, "a");
        directory.putAside();
        assertThat(directory.newest()).isEmpty();
        assertThat(names(parent)).hasSize(1).first().asString().startsWith("superseded-");
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    private Path completed(long number, String... sharedFiles) throws IOException {
        Path checkpoint = Files.createDirectories(dir.resolve("chk-" + number));
        List<HandleAndLocalPath> shared = Arrays.stream(sharedFiles).map(this::sharedFile).toList();
        OperatorState operator = new OperatorState("name", "uid", new OperatorID(), 1, 128);
        operator.putState(
                0,
                OperatorSubtaskState.builder()
                        .setManagedKeyedState(
                                new IncrementalRemoteKeyedStateHandle(
                                        UUID.randomUUID(),
                                        KeyGroupRange.of(0, 127),
                                        number,
                                        shared,
                                        List.of(),
                                        new ByteStreamStateHandle("inline", new byte[] {1})))
                        .build());
        try (OutputStream out = Files.newOutputStream(checkpoint.resolve("_metadata"))) {
            Checkpoints.storeCheckpointMetadata(
                    new CheckpointMetadata(number, List.of(operator), List.of()), out);
        }
        return checkpoint;
    }

    private HandleAndLocalPath sharedFile(String name) {
        try {
            Path file = Files.writeString(dir.resolve("shared").resolve(name), name);
            return HandleAndLocalPath.of(
                    new FileStateHandle(
                            new org.apache.flink.core.fs.Path(file.toUri()), Files.size(file)),
                    name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
