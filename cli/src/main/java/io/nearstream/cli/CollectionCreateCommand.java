package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
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
            description =
                    "Dimensions of its vectors, 1 to 4096; under jaccard the most elements of a set.")
    private int dimensions;

    @Nullable
    @Option(
            names = "--encoding",
            paramLabel = "ENCODING",
            description =
                    "float32, float16, int8, uint8, binary or set64. Default: float32, under hamming binary, under jaccard set64.")
    private Encoding encoding;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Encoding known = encoding == null ? settings.encoding() : encoding;
        CollectionSettings wanted = settings.settings(name, dimensions, known);
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
