package io.nearstream.cli;

import io.nearstream.client.CollectionInfo;
import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.CollectionSettings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "list", description = "List all collections.")
final class CollectionListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        try (NearstreamClient client = connection.connect()) {
            List<CollectionInfo> infos = client.collections().list();
            if (json) {
                Json.print(
                        spec.commandLine().getOut(),
                        infos.stream().map(CollectionView::document).toList());
                return 0;
            }
            Table table =
                    new Table(
                            "COLLECTION",
                            ">DIMENSIONS",
                            "ENCODING",
                            "METRIC",
                            "BUCKETS",
                            ">GENERATION");
            for (CollectionInfo info : infos) {
                CollectionSettings settings = info.settings();
                table.row(
                        settings.name(),
                        settings.dimensions(),
                        EnumNames.of(settings.encoding()),
                        EnumNames.of(settings.metric()),
                        EnumNames.of(settings.buckets()),
                        info.newest().number());
            }
            table.print(spec.commandLine().getOut());
            return 0;
        }
    }
}
