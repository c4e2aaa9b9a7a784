package io.nearstream.cli;

import io.nearstream.bench.keyvalue.ReadWay;
import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValues;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.RefusedException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "get",
        description = "Show keys' values.",
        exitCodeOnExecutionException = KvCommand.FAILED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:a key has no value", "2:wrong usage", "3:failed"})
final class KvGetCommand implements Callable<Integer> {
    private static final int MISSING = 1;

    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;
    @Mixin private StateOptions state;

    @Parameters(arity = "1..*", paramLabel = "KEY", description = "The keys.")
    private List<String> keys;

    @Option(
            names = "--read",
            paramLabel = "HOW",
            defaultValue = "live",
            description =
                    "live: from the state of the running job, uncommitted; strong: through the log, with every write that was appended before. Default: ${DEFAULT-VALUE}.")
    private ReadWay read;

    @Option(names = "--raw", description = "Print the value's bytes, and nothing else; one key.")
    private boolean raw;

    @Option(names = "--json", description = "Print JSON, an array with a document per key.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        LiveReadOptions live = checked();
        try (NearstreamClient client = connection.connect();
                KeyValueReader reader = reader(client.keyValues(), live)) {
            Map<String, KeyValue> found = KvCalls.await(reader.getAll(keys));
            if (raw) {
                printRaw(found);
            } else if (json) {
                Json.print(spec.commandLine().getOut(), documents(found));
            } else if (!found.isEmpty()) {
                table(found).print(spec.commandLine().getOut());
            }
            return complain(found);
        }
    }

    private LiveReadOptions checked() {
        if (read == ReadWay.CACHED) {
            throw usage("--read must be live or strong: a cache pays for many reads.");
        }
        if (raw && (json || keys.size() > 1)) {
            throw usage("--raw is for one key, and without --json.");
        }
        try {
            for (String key : keys) {
                KvArguments.HERE.requireIntact("KEY", key);
                Limits.DEFAULT.checkKey(key);
            }
        } catch (IllegalArgumentException | RefusedException refused) {
            throw usage(refused.getMessage());
        }
        return state.options();
    }

    private KeyValueReader reader(KeyValues keyValues, LiveReadOptions live) {
        return read == ReadWay.STRONG ? keyValues.strong() : keyValues.live(live);
    }

    /** Bytes, not text: the writer of the command line would encode them. */
    private void printRaw(Map<String, KeyValue> found) {
        found.values().forEach(each -> System.out.writeBytes(each.value()));
        System.out.flush();
    }

    private Table table(Map<String, KeyValue> found) {
        long now = System.currentTimeMillis();
        Table table = new Table("KEY", "VALUE", "VERSION", ">AGE", ">EXPIRES");
        for (String key : keys) {
            KeyValue each = found.get(key);
            if (each != null) {
                table.row(
                        key,
                        KvText.shown(each.value()),
                        KvText.version(each.version()),
                        KvText.span(now - each.version().time()),
                        expiry(each.expiresAt(), now));
            }
        }
        return table;
    }

    private static String expiry(OptionalLong expiresAt, long now) {
        return expiresAt.isPresent() ? "in " + KvText.span(expiresAt.getAsLong() - now) : "never";
    }

    private List<Map<String, Object>> documents(Map<String, KeyValue> found) {
        List<Map<String, Object>> documents = new ArrayList<>();
        for (String key : keys) {
            Map<String, Object> document = new LinkedHashMap<>();
            KeyValue each = found.get(key);
            document.put("key", key);
            document.put("found", each != null);
            if (each != null) {
                KvText.putValue(document, each.value());
                document.put("version", KvText.version(each.version()));
                document.put("append_time", each.version().time());
                document.put("writer_time", each.writerTime());
                document.put(
                        "expires_at",
                        each.expiresAt().isPresent() ? each.expiresAt().getAsLong() : null);
            }
            documents.add(document);
        }
        return documents;
    }

    private int complain(Map<String, KeyValue> found) {
        PrintWriter err = spec.commandLine().getErr();
        int code = 0;
        for (String key : keys) {
            if (!found.containsKey(key)) {
                err.printf("nearstream: There is no key '%s'.%n", Failures.oneLine(key));
                code = MISSING;
            }
        }
        return code;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
