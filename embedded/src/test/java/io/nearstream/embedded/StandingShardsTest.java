package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.StandingOptions;
import io.nearstream.jobs.standing.ShardsOfState;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that goes on has as many shards as its state, whatever its parallelism is. */
class StandingShardsTest {
    @TempDir private Path dir;

    /** Metadata of state whose operator ran with two subtasks. */
    private String state(String operatorName, String uid) throws IOException {
        OperatorState operator = new OperatorState(operatorName, uid, new OperatorID(), 2, 128);
        try (DataOutputStream out =
                new DataOutputStream(Files.newOutputStream(dir.resolve("_metadata")))) {
            Checkpoints.storeCheckpointMetadata(
                    new CheckpointMetadata(1, List.of(operator), List.of()), out);
        }
        return dir.toUri().toString();
    }

    private int shards(String state, int parallelism, int given) throws IOException {
        Configuration settings = new Configuration();
        settings.set(NearstreamOptions.PARALLELISM, parallelism);
        settings.set(StandingOptions.SHARDS, given);
        return new EarlierRuns(dir)
                .told(settings, NamedJob.STANDING.id(), Optional.of(state))
                .get(StandingOptions.SHARDS);
    }

    @Test
    void theStateSaysHowMany() throws Exception {
        String state = state("Keep standing queries, shards: 3", ShardsOfState.UID);
        assertThat(shards(state, 1, 0)).isEqualTo(3);
        assertThat(shards(state, 3, 0)).isEqualTo(3);
        assertThat(shards(state, 2, 3)).isEqualTo(3);
    }

    @Test
    void whatDoesNotGoWithItIsRefusedBeforeItIsSubmitted() throws Exception {
        String state = state("Keep standing queries, shards: 3", ShardsOfState.UID);
        assertThatThrownBy(() -> shards(state, 1, 2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'nearstream.standing.shards' must be 0, or 3")
                .hasMessageContaining("but was 2");
        assertThatThrownBy(() -> shards(state, 4, 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'nearstream.parallelism' must be 1 to 3")
                .hasMessageContaining("but was 4");
    }

    @Test
    void anEarlierBuildsHasAsManyAsSubtasksOrMore() throws Exception {
        String state = state("Keep standing queries", ShardsOfState.UID);
        assertThat(shards(state, 1, 0)).isEqualTo(2);
        assertThat(shards(state, 4, 0)).as("as many as the parallelism").isZero();
        assertThat(shards(state, 1, 4)).as("whoever knows says so").isEqualTo(4);
    }

    @Test
    void ofOtherJobsNothingIsTaken() throws Exception {
        assertThat(shards(state("Keep standing queries, shards: 3", "other.v1"), 1, 0)).isZero();
        assertThat(shards(EarlierRuns.NO_STATE, 4, 2)).isEqualTo(2);
    }
}
