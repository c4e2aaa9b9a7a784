package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "drop",
        description = "Drop a collection; its records and state go in the background.")
final class CollectionDropCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;

    @Parameters(paramLabel = "NAME", description = "The collection.")
    private String name;

    @Override
    public Integer call() {
        try (NearstreamClient client = connection.connect()) {
            client.collections().drop(name);
            spec.commandLine().getOut().printf("dropped %s%n", name);
            return 0;
        }
    }
}
