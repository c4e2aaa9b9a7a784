package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.schemas.Hit;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "get", description = "Show one record.")
final class GetCommand implements Callable<Integer> {
    /** A table shows the beginning of a vector; JSON all of it. */
    private static final int DIMENSIONS_SHOWN = 8;

    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;

    @Parameters(paramLabel = "ID", description = "The record.")
    private String id;

    @Option(
            names = "--collection",
            paramLabel = "NAME",
            required = true,
            description = "The collection.")
    private String collection;

    @ArgGroup private ConsistencyOptions consistency = new ConsistencyOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        try (NearstreamClient client = connection.connect()) {
            CollectionSettings settings = client.collections().describe(collection).settings();
            Hit hit =
                    Records.fetch(
                            client,
                            collection,
                            id,
                            request -> consistency.apply(request).withVectors().withPayloads());
            float[] vector =
                    VectorBytes.decode(Records.bytes(hit.getVector()), settings.encoding());
            if (json) {
                Json.print(spec.commandLine().getOut(), document(hit, vector));
            } else {
                table(hit, vector).print(spec.commandLine().getOut());
            }
            return 0;
        }
    }

    private static Table table(Hit hit, float[] vector) {
        String shown = Arrays.toString(Arrays.copyOf(vector, DIMENSIONS_SHOWN));
        boolean cut = vector.length > DIMENSIONS_SHOWN;
        return new Table("FIELD", "VALUE")
                .row("id", hit.getId())
                .row(
                        "vector",
                        cut
                                ? shown.replace("]", ", ... (" + vector.length + ")]")
                                : Arrays.toString(vector))
                .row("labels", String.join(" ", hit.getLabels()))
                .row("payload", Records.shown(hit.getPayload()))
                .row("appended", Instant.ofEpochMilli(hit.getVersionTime()));
    }

    private Map<String, Object> document(Hit hit, float[] vector) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("collection", collection);
        document.put("id", hit.getId());
        document.put("vector", vector);
        document.put("labels", hit.getLabels());
        Records.putPayload(document, hit.getPayload());
        document.put("append_time", hit.getVersionTime());
        return document;
    }
}
