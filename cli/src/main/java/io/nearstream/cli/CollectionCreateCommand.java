package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "create",
        description = "Create a collection. It stands at once; writes that follow are accepted.")
final class CollectionCreateCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;
    @Mixin private SettingsOptions settings;

    @Parameters(paramLabel = "NAME", description = "1 to 128 characters of [a-z0-9._-].")
    private String name;

    @Option(
            names = "--dimensions",
            paramLabel = "D",
            required = true,
            description = "Dimensions of its vectors, 1 to 4096.")
    private int dimensions;

    @Option(
            names = "--encoding",
            paramLabel = "ENCODING",
            defaultValue = "float32",
            description = "float32, float16, int8 or uint8. Default: ${DEFAULT-VALUE}.")
    private Encoding encoding;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        CollectionSettings wanted = settings.settings(name, dimensions, encoding);
        try (NearstreamClient client = connection.connect()) {
            CollectionSettings created = client.collections().create(wanted);
            if (json) {
                Json.print(spec.commandLine().getOut(), CollectionView.document(created));
            } else {
                spec.commandLine()
                        .getOut()
                        .printf(
                                "collection %s: %d dimensions of %s, %s%n",
                                created.name(),
                                created.dimensions(),
                                EnumNames.of(created.encoding()),
                                EnumNames.of(created.metric()));
            }
            return 0;
        }
    }
}
