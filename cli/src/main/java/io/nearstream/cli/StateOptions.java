package io.nearstream.cli;

import io.nearstream.client.LiveReadOptions;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the state of keys is read. */
final class StateOptions {
    static final String DEFAULT = "127.0.0.1:9069";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--state",
            paramLabel = "HOST:PORT",
            split = ",",
            defaultValue = DEFAULT,
            description =
                    "Where TaskManagers answer live reads, several separated by commas; loopback only, unless the server says otherwise (default: ${DEFAULT-VALUE}).")
    private List<String> addresses;

    /** Checked, before anything is connected. */
    LiveReadOptions options() {
        try {
            return LiveReadOptions.of(addresses);
        } catch (IllegalArgumentException malformed) {
            throw new ParameterException(
                    spec.commandLine(), "--state: " + malformed.getMessage(), malformed);
        }
    }
}
