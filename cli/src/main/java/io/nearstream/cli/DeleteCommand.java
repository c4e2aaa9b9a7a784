package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.WriteReceipt;
import io.nearstream.client.WriteTally;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.RefusedException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "delete", description = "Delete one record; it need not exist.")
final class DeleteCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

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

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        try {
            Limits.DEFAULT.checkId(id);
        } catch (RefusedException refused) {
            throw new ParameterException(spec.commandLine(), refused.getMessage(), refused);
        }
        try (NearstreamClient client = connection.connect()) {
            client.collections().describe(collection);
            WriteTally tally = new WriteTally();
            CompletableFuture<WriteReceipt> write = client.writer().delete(collection, id);
            tally.track(write);
            client.writer().flush();
            long appendTime = tally.await(TIMEOUT);
            if (json) {
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("collection", collection);
                document.put("id", id);
                document.put("append_time", appendTime);
                Json.print(spec.commandLine().getOut(), document);
            } else {
                spec.commandLine().getOut().printf("deleted %s (append time %d)%n", id, appendTime);
            }
            return 0;
        }
    }
}
