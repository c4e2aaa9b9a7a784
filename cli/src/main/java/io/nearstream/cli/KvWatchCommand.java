package io.nearstream.cli;

import io.nearstream.client.KeyChange;
import io.nearstream.client.KeyValueWatch;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.WatchOptions;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "watch",
        description = "Follow the changes of keys, until Ctrl-C.",
        exitCodeOnExecutionException = KvCommand.FAILED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:wrong usage", "3:failed"})
final class KvWatchCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;

    @Option(
            names = "--prefix",
            paramLabel = "P",
            defaultValue = "",
            description = "Only keys that start so.")
    private String prefix;

    @Option(
            names = "--from-start",
            description = "Begin with what every key is now, not with the next change.")
    private boolean fromStart;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "End after so many changes.")
    private long count;

    @Option(names = "--json", description = "Print JSON, a document per line.")
    private boolean json;

    private long shown;

    @Override
    public Integer call() throws InterruptedException {
        if (count < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--count must be at least 1, but was " + count + ".");
        }
        try {
            KvArguments.HERE.requireIntact("--prefix", prefix);
        } catch (IllegalArgumentException broken) {
            throw new ParameterException(spec.commandLine(), broken.getMessage(), broken);
        }
        WatchOptions options = fromStart ? WatchOptions.fromBeginning() : WatchOptions.fromNow();
        CompletableFuture<Void> enough = new CompletableFuture<>();
        try (NearstreamClient client = connection.connect();
                KeyValueWatch watch =
                        client.keyValues()
                                .watch(
                                        options.withPrefix(prefix),
                                        change -> show(change, enough))) {
            KvCalls.await(CompletableFuture.anyOf(enough, watch.ended()));
            return 0;
        }
    }

    /** Called by the watch's thread alone. */
    private void show(KeyChange change, CompletableFuture<Void> enough) {
        if (shown == count) {
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? Json.line(document(change)) : line(change));
        out.flush();
        shown++;
        if (shown == count) {
            enough.complete(null);
        }
    }

    private static String line(KeyChange change) {
        String value = change.value().map(each -> KvText.shown(each.value())).orElse("(deleted)");
        return "%s  %s  %s"
                .formatted(
                        Instant.ofEpochMilli(change.version().time()),
                        Table.printable(change.key()),
                        Table.printable(value));
    }

    private static Map<String, Object> document(KeyChange change) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("key", change.key());
        document.put("deleted", change.value().isEmpty());
        change.value().ifPresent(each -> KvText.putValue(document, each.value()));
        document.put("version", KvText.version(change.version()));
        document.put("append_time", change.version().time());
        document.put("writer_time", change.writerTime());
        change.value()
                .ifPresent(
                        each ->
                                document.put(
                                        "expires_at",
                                        each.expiresAt().isPresent()
                                                ? each.expiresAt().getAsLong()
                                                : null));
        return document;
    }
}
