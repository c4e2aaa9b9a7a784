package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatestCheckpointTest {
    @TempDir private Path dir;

    @Test
    void highestNumberWins() throws IOException {
        completed(9);
        completed(10);
        completed(2);
        assertThat(LatestCheckpoint.in(dir)).contains(dir.resolve("chk-10"));
    }

    @Test
    void unfinishedAndDamagedCheckpointsArePassedOver() throws IOException {
        completed(3);
        Files.createDirectories(dir.resolve("chk-6"));
        Files.writeString(Files.createDirectories(dir.resolve("chk-5")).resolve("_metadata"), "?");
        Path truncated = completed(4).resolve("_metadata");
        byte[] whole = Files.readAllBytes(truncated);
        Files.write(truncated, Arrays.copyOf(whole, whole.length - 1));
        assertThat(LatestCheckpoint.in(dir)).contains(dir.resolve("chk-3"));
    }

    @Test
    void otherEntriesAreIgnored() throws IOException {
        Files.createDirectories(dir.resolve("shared"));
        Files.createDirectories(dir.resolve("chk-x"));
        Files.createDirectories(dir.resolve("chk-99999999999999999999"));
        assertThat(LatestCheckpoint.in(dir)).isEmpty();
        assertThat(LatestCheckpoint.in(dir.resolve("absent"))).isEmpty();
    }

    private Path completed(long number) throws IOException {
        Path checkpoint = Files.createDirectories(dir.resolve("chk-" + number));
        try (OutputStream out = Files.newOutputStream(checkpoint.resolve("_metadata"))) {
            Checkpoints.storeCheckpointMetadata(
                    new CheckpointMetadata(number, List.of(), List.of()), out);
        }
        return checkpoint;
    }
}
