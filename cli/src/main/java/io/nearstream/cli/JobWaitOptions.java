package io.nearstream.cli;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How long a command waits for the job of standing queries to answer. */
final class JobWaitOptions {
    private static final int WAIT_MAX_S = 3_600;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long to wait for the job, 1 to 3600. Default: ${DEFAULT-VALUE}.")
    private int waitSeconds;

    /** How long, checked. */
    Duration patience() {
        if (waitSeconds < 1 || waitSeconds > WAIT_MAX_S) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--wait must be between 1 and %d, but was %d."
                            .formatted(WAIT_MAX_S, waitSeconds));
        }
        return Duration.ofSeconds(waitSeconds);
    }
}
