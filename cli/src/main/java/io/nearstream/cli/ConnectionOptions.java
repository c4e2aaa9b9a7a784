package io.nearstream.cli;

import io.nearstream.client.ClientOptions;
import io.nearstream.client.NearstreamClient;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which broker a client command talks to. */
final class ConnectionOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:9092",
            description = "The Kafka broker (default: ${DEFAULT-VALUE}).")
    private String bootstrap;

    /** The options of a client, checked. */
    ClientOptions options() {
        Logs.quiet();
        try {
            return ClientOptions.of(bootstrap);
        } catch (IllegalArgumentException malformed) {
            throw new ParameterException(
                    spec.commandLine(), "--bootstrap: " + malformed.getMessage(), malformed);
        }
    }

    NearstreamClient connect() {
        return NearstreamClient.connect(options());
    }
}
