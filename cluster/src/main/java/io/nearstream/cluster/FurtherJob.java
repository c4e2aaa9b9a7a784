package io.nearstream.cluster;

import io.nearstream.embedded.FlinkProfile;
import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.JoinOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.StandingOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.PipelineOptions;

/**
 * A job that somebody started beside those that a cluster has of its own, such as a join: what it
 * was started with, so that it can be submitted again. The job itself carries that, as parameters
 * that Flink shows of it.
 *
 * @param name of the job; its state goes by it
 * @param kind which job it is, by the name of one of {@link #KINDS}
 * @param profile that its options are laid over
 * @param options that were given, by key
 */
record FurtherJob(String name, String kind, String profile, Map<String, String> options) {
    static final List<NamedJob> KINDS = List.of(NamedJob.JOIN, NamedJob.STANDING);

    /**
     * By kind the option that names what one job alone may keep: two would tell every difference
     * twice, or write one collection in turns.
     */
    private static final Map<String, ConfigOption<String>> KEEPS =
            Map.of(
                    NamedJob.STANDING.name(), StandingOptions.COLLECTION,
                    NamedJob.JOIN.name(), JoinOptions.UNIQUE_INTO);

    private static final String NAME = "nearstream.started.name";
    private static final String KIND = "nearstream.started.kind";
    private static final String PROFILE = "nearstream.started.profile";
    private static final String OPTION = "nearstream.started.option.";

    FurtherJob {
        options = Map.copyOf(options);
    }

    /** Lets a job that is submitted with these settings carry what it was started with. */
    void noteIn(Configuration settings) {
        Map<String, String> parameters = new TreeMap<>();
        parameters.put(NAME, name);
        parameters.put(KIND, kind);
        parameters.put(PROFILE, profile);
        options.forEach((key, value) -> parameters.put(OPTION + key, value));
        settings.set(PipelineOptions.GLOBAL_JOB_PARAMETERS, parameters);
    }

    /**
     * What a job carries; empty where it is none of ours, was submitted by a build that did not
     * note it, or by one that knows other jobs, and where Flink hides one of its options.
     */
    static Optional<FurtherJob> of(Map<String, String> parameters) {
        Map<String, String> options = new TreeMap<>();
        parameters.forEach(
                (key, value) -> {
                    if (key.startsWith(OPTION)) {
                        options.put(key.substring(OPTION.length()), value);
                    }
                });
        boolean known =
                parameters.containsKey(NAME)
                        && parameters.containsKey(PROFILE)
                        && KINDS.stream().anyMatch(each -> each.name().equals(parameters.get(KIND)))
                        && !options.containsValue(GlobalConfiguration.HIDDEN_CONTENT);
        return known
                ? Optional.of(
                        new FurtherJob(
                                parameters.get(NAME),
                                parameters.get(KIND),
                                parameters.get(PROFILE),
                                options))
                : Optional.empty();
    }

    /**
     * What both this job and another one would keep, and only one may: an option and its value, for
     * an error.
     */
    Optional<String> keepsAs(FurtherJob other) {
        return kind.equals(other.kind) && keepsAnything() && kept().equals(other.kept())
                ? Optional.of("'%s' %s".formatted(KEEPS.get(kind).key(), kept()))
                : Optional.empty();
    }

    /** Whether it keeps something that only one job may. */
    boolean keepsAnything() {
        return !kept().isEmpty();
    }

    private String kept() {
        return KEEPS.containsKey(kind) ? options.getOrDefault(KEEPS.get(kind).key(), "") : "";
    }

    /** Under its own name. */
    NamedJob job() {
        NamedJob.Builder builder =
                KINDS.stream()
                        .filter(each -> each.name().equals(kind))
                        .findAny()
                        .orElseThrow()
                        .builder();
        return new NamedJob(name, builder);
    }

    /** Subtasks of each operator. */
    int subtasks(Configuration settings) {
        return settings.get(NearstreamOptions.PARALLELISM);
    }

    /**
     * What it is submitted with.
     *
     * @param cluster where checkpoints and savepoints lie, unless the job says so itself
     */
    Configuration settings(Configuration cluster) {
        Configuration all = FlinkProfile.load(profile, options);
        for (String key :
                List.of(
                        CheckpointingOptions.CHECKPOINTS_DIRECTORY.key(),
                        CheckpointingOptions.SAVEPOINT_DIRECTORY.key())) {
            if (!all.containsKey(key)) {
                all.setString(key, cluster.toMap().get(key));
            }
        }
        noteIn(all);
        return all;
    }
}
