package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.jobs.common.config.BackfillOptions;
import io.nearstream.jobs.ingest.backfill.Backfill;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.OperatorIDPair;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.FullyFinishedOperatorState;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job goes on from state that knows of files. */
class UnreadFilesTest {
    private static final String UID = Backfill.SOURCE_UID + ".of-these-files";
    private static final OperatorID SOURCE = new OperatorID();
    private static final OperatorID OTHER = new OperatorID();

    @TempDir private Path dir;

    private static OperatorState begun(String uid, OperatorID id) {
        OperatorState state = new OperatorState("name", uid, id, 1, 128);
        state.setCoordinatorState(new ByteStreamStateHandle("coordinator", new byte[] {1}));
        return state;
    }

    private String savepoint(OperatorState... operators) throws IOException {
        Path savepoint = Files.createDirectory(dir.resolve("savepoint"));
        try (OutputStream out = Files.newOutputStream(savepoint.resolve("_metadata"))) {
            Checkpoints.storeCheckpointMetadata(
                    new CheckpointMetadata(1, List.of(operators), List.of()), out);
        }
        return savepoint.toString();
    }

    private static JobGraph job(Configuration settings, OperatorID... operators) {
        JobGraph graph = new JobGraph("ingest");
        graph.setJobConfiguration(settings);
        for (OperatorID operator : operators) {
            graph.addVertex(
                    new JobVertex(
                            "vertex",
                            new JobVertexID(),
                            List.of(OperatorIDPair.of(operator, null, null, null))));
        }
        return graph;
    }

    private boolean goesOn(JobGraph graph, String savepoint) throws IOException {
        new EarlierRuns(dir).goOn(graph, Optional.of(savepoint));
        assertThat(graph.getSavepointRestoreSettings().getRestorePath()).isEqualTo(savepoint);
        assertThat(graph.getSavepointRestoreSettings().getRecoveryClaimMode())
                .isEqualTo(RecoveryClaimMode.NO_CLAIM);
        return graph.getSavepointRestoreSettings().allowNonRestoredState();
    }

    @Test
    void filesThatHaveNotEndedMustBeGivenAgainOrGivenUp() throws IOException {
        String savepoint = savepoint(begun(UID, SOURCE), begun("ingest.decode.v1", OTHER));
        Configuration settings = new Configuration();
        assertThat(goesOn(job(settings, SOURCE, OTHER), savepoint)).isFalse();
        assertThatThrownBy(() -> goesOn(job(settings, OTHER), savepoint))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(savepoint)
                .hasMessageContaining("it is told of none")
                .hasMessageContaining("'--backfill none'");
        settings.set(BackfillOptions.FILES, List.of("another.avro"));
        assertThatThrownBy(() -> goesOn(job(settings, OTHER), savepoint))
                .hasMessageContaining("it is told of others");
        settings.set(BackfillOptions.FILES, List.of(BackfillOptions.NO_FILES));
        assertThat(goesOn(job(settings, OTHER), savepoint)).isTrue();
        // No other state must be lost with it; Flink says so.
        assertThat(goesOn(job(settings), savepoint)).isFalse();
        settings.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
        assertThat(goesOn(job(settings), savepoint)).isTrue();
    }

    /** Before a job is stopped for it. */
    @Test
    void whatWouldBeRefusedIsKnownBefore() throws IOException {
        Optional<String> savepoint = Optional.of(savepoint(begun(UID, SOURCE)));
        JobGraph without = job(new Configuration(), OTHER);
        assertThatThrownBy(() -> EarlierRuns.requireFitting(without, savepoint))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it is told of none");
        EarlierRuns.requireFitting(without, Optional.of(EarlierRuns.NO_STATE));
        EarlierRuns.requireFitting(without, Optional.empty());
        JobGraph with = job(new Configuration(), SOURCE);
        EarlierRuns.requireFitting(with, savepoint);
        assertThat(with.getSavepointRestoreSettings().restoreSavepoint()).isFalse();
    }

    @Test
    void filesThatHaveEndedAreNotAskedFor() throws IOException {
        String savepoint = savepoint(new FullyFinishedOperatorState("name", UID, SOURCE, 1, 128));
        assertThat(goesOn(job(new Configuration(), OTHER), savepoint)).isFalse();
        assertThat(known(savepoint)).containsExactly(UID);
        assertThat(told(savepoint).get(BackfillOptions.ENDED)).containsExactly(UID);
    }

    @Test
    void stateOnAFileSystemThatIsNotSeenFromHereIsLeftToFlink() throws IOException {
        String elsewhere = "s3://bucket/savepoint";
        assertThat(goesOn(job(new Configuration(), SOURCE), elsewhere)).isFalse();
        Configuration told = told(elsewhere);
        assertThat(told.get(BackfillOptions.GOES_ON)).isTrue();
        assertThat(told.getOptional(BackfillOptions.KNOWN)).isEmpty();
        assertThat(told.getOptional(BackfillOptions.ENDED)).isEmpty();
    }

    @Test
    void aJobIsToldWhichFilesItsStateKnows() throws IOException {
        String savepoint = savepoint(begun(UID, SOURCE), begun("ingest.decode.v1", OTHER));
        assertThat(known(savepoint)).containsExactly(UID);
        assertThat(told(savepoint).get(BackfillOptions.ENDED)).isEmpty();
        Configuration elsewhere = told(dir.resolve("not-seen-from-here").toString());
        assertThat(elsewhere.get(BackfillOptions.GOES_ON)).isTrue();
        assertThat(elsewhere.getOptional(BackfillOptions.KNOWN)).isEmpty();
        Configuration fresh = told(EarlierRuns.NO_STATE);
        assertThat(fresh.get(BackfillOptions.GOES_ON)).isFalse();
    }

    @Test
    void stateWithoutFilesKnowsNone() throws IOException {
        assertThat(known(savepoint(begun("ingest.decode.v1", OTHER)))).isEmpty();
    }

    private Configuration told(String savepoint) throws IOException {
        return new EarlierRuns(dir)
                .told(new Configuration(), NamedJob.INGEST.id(), Optional.of(savepoint));
    }

    private List<String> known(String savepoint) throws IOException {
        Configuration told = told(savepoint);
        assertThat(told.get(BackfillOptions.GOES_ON)).isTrue();
        return told.getOptional(BackfillOptions.KNOWN).orElseThrow();
    }
}
