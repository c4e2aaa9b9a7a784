package io.nearstream.cli;

import io.nearstream.client.CollectionInfo;
import io.nearstream.client.NearstreamClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "describe",
        description = "Show a collection's settings, its codebook, and how far jobs have moved.")
final class CollectionDescribeCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;

    @Parameters(paramLabel = "NAME", description = "The collection.")
    private String name;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        try (NearstreamClient client = connection.connect()) {
            CollectionInfo info = client.collections().describe(name);
            if (json) {
                Json.print(spec.commandLine().getOut(), CollectionView.document(info));
            } else {
                CollectionView.table(info).print(spec.commandLine().getOut());
            }
            return 0;
        }
    }
}
