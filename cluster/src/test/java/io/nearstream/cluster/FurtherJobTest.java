package io.nearstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.JobIds;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.PipelineOptions;
import org.junit.jupiter.api.Test;

class FurtherJobTest {
    private static final FurtherJob JOIN =
            new FurtherJob(
                    "near",
                    "join",
                    "cluster",
                    Map.of("nearstream.join.eps", "0.5", "nearstream.parallelism", "3"));

    private static Map<String, String> carried(FurtherJob job) {
        Configuration settings = new Configuration();
        job.noteIn(settings);
        return new HashMap<>(settings.get(PipelineOptions.GLOBAL_JOB_PARAMETERS));
    }

    @Test
    void aJobCarriesWhatItWasStartedWith() {
        assertThat(FurtherJob.of(carried(JOIN))).contains(JOIN);
        assertThat(JOIN.job().id()).isEqualTo(JobIds.of("near"));
        assertThat(JOIN.job().builder()).isEqualTo(NamedJob.JOIN.builder());
    }

    /** Nobody could start these again. */
    @Test
    void whatIsMissingOrHiddenOrUnknownIsNotTaken() {
        assertThat(FurtherJob.of(Map.of("of", "others"))).isEmpty();
        Map<String, String> hidden = carried(JOIN);
        hidden.put("nearstream.started.option.a.password", GlobalConfiguration.HIDDEN_CONTENT);
        assertThat(FurtherJob.of(hidden)).isEmpty();
        Map<String, String> later = carried(JOIN);
        later.put("nearstream.started.kind", "of-a-later-build");
        assertThat(FurtherJob.of(later)).isEmpty();
    }

    @Test
    void itIsSubmittedWithThatAndWithTheClustersDirectories() {
        Configuration cluster = new Configuration();
        cluster.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "file:/c");
        cluster.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, "file:/s");

        Configuration settings = JOIN.settings(cluster);

        assertThat(settings.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY)).isEqualTo("file:/c");
        assertThat(settings.get(CheckpointingOptions.SAVEPOINT_DIRECTORY)).isEqualTo("file:/s");
        assertThat(settings.toMap()).containsEntry("nearstream.join.eps", "0.5");
        assertThat(JOIN.subtasks(settings)).isEqualTo(3);
        assertThat(FurtherJob.of(settings.get(PipelineOptions.GLOBAL_JOB_PARAMETERS)))
                .contains(JOIN);
    }

    private static FurtherJob job(String name, NamedJob kind, String option, String value) {
        return new FurtherJob(name, kind.name(), "cluster", Map.of(option, value));
    }

    @Test
    void whatOneJobAloneMayKeepIsKnown() {
        String collection = "nearstream.standing.collection";
        FurtherJob photos = job("a", NamedJob.STANDING, collection, "photos");
        assertThat(photos.keepsAs(job("b", NamedJob.STANDING, collection, "photos")))
                .contains("'nearstream.standing.collection' photos");
        assertThat(photos.keepsAs(job("b", NamedJob.STANDING, collection, "texts"))).isEmpty();
        assertThat(photos.keepsAs(job("b", NamedJob.JOIN, collection, "photos"))).isEmpty();

        String target = "nearstream.join.unique-into";
        FurtherJob unique = job("a", NamedJob.JOIN, target, "photos");
        assertThat(unique.keepsAs(job("b", NamedJob.JOIN, target, "photos")))
                .contains("'nearstream.join.unique-into' photos");
        assertThat(unique.keepsAs(job("b", NamedJob.JOIN, target, "texts"))).isEmpty();
        assertThat(JOIN.keepsAs(JOIN)).as("pairs may be said by several").isEmpty();
    }
}
