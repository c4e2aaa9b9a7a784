package io.nearstream.cli;

import io.nearstream.client.KeyValueOutcome;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "put",
        description = {
            "Put a key's value, or many keys' values, and wait until they are in force.",
            "The value is an argument, a file or, as -, standard input."
        },
        exitCodeOnExecutionException = KvCommand.FAILED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:a condition did not hold", "2:wrong usage", "3:failed"})
final class KvPutCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    /** Too much by one byte: no more is read of what is refused anyway. */
    private static final int ENOUGH_BYTES = Limits.DEFAULT.valueBytes() + 1;

    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;

    @Nullable
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "KEY",
            description = "The key, 1 to 1,024 bytes of UTF-8.")
    private String key;

    @Nullable
    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "VALUE",
            description = "The value, up to 1 MiB; - for standard input.")
    private String value;

    @Nullable
    @Option(names = "--file", paramLabel = "F", description = "The value is what this file holds.")
    private Path file;

    @Nullable
    @Option(
            names = "--lines",
            paramLabel = "FILE",
            description =
                    "Put many instead: a key, a tab and its value per line, in UTF-8; - for standard input. A line that is wrong ends it, and what was put before is told.")
    private String lines;

    @Nullable
    @Option(
            names = "--ttl",
            paramLabel = "DURATION",
            description = "Expires so long after it was appended: 500ms, 30s, 10min, 12h, 7d.")
    private String ttl;

    @Option(names = "--if-absent", description = "Only if the key has no value.")
    private boolean ifAbsent;

    @Nullable
    @Option(
            names = "--if-version",
            paramLabel = "T-P-O",
            description = "Only if the key's value has this version, as get prints it.")
    private String ifVersion;

    @Option(
            names = "--no-wait",
            description =
                    "Only until the broker has it; nobody tells whether a condition holds then.")
    private boolean noWait;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        KvPutOptions options = options();
        if (lines != null) {
            try (NearstreamClient client = connection.connect()) {
                KvLines.Put put =
                        KvLines.of(client.keyValues().writer(), options, noWait).put(lines);
                return put.report(spec.commandLine(), json);
            }
        }
        KeyValueRequest request = request(options, key, value());
        try (NearstreamClient client = connection.connect()) {
            KeyValueWriter writer = client.keyValues().writer();
            if (noWait) {
                report(append(writer, request));
                return 0;
            }
            return report(request.key(), KvCalls.await(writer.apply(request)));
        }
    }

    private KvPutOptions options() {
        boolean single = key != null && (value == null) != (file == null);
        boolean many = lines != null && key == null && file == null;
        if (single == many || single && lines != null) {
            throw usage("Name a KEY and its VALUE, a KEY and --file, or --lines.");
        }
        if (ifAbsent && ifVersion != null || many && ifVersion != null) {
            throw usage("--if-version is for one key, and without --if-absent.");
        }
        try {
            KvArguments.HERE.requireIntact("KEY", key);
            KvArguments.HERE.requireIntact("VALUE", value);
            return new KvPutOptions(
                    ttl == null ? Duration.ZERO : Durations.of("--ttl", ttl),
                    ifAbsent,
                    ifVersion == null ? Version.NONE : KvText.parseVersion(ifVersion));
        } catch (IllegalArgumentException malformed) {
            throw usage(malformed.getMessage());
        }
    }

    private byte[] value() throws IOException {
        if (file != null) {
            try (InputStream in = Files.newInputStream(file)) {
                return in.readNBytes(ENOUGH_BYTES);
            }
        }
        return STANDARD_INPUT.equals(value)
                ? System.in.readNBytes(ENOUGH_BYTES)
                : value.getBytes(StandardCharsets.UTF_8);
    }

    private KeyValueRequest request(KvPutOptions options, String name, byte[] bytes) {
        try {
            return options.put(name, bytes);
        } catch (IllegalArgumentException refused) {
            throw usage(refused.getMessage());
        }
    }

    private static WriteReceipt append(KeyValueWriter writer, KeyValueRequest request)
            throws InterruptedException {
        var receipt = writer.append(request);
        writer.flush();
        return KvCalls.await(receipt);
    }

    private void report(WriteReceipt receipt) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("key", key);
            document.put("append_time", receipt.appendTime());
            document.put("partition", receipt.partition());
            document.put("offset", receipt.offset());
            Json.print(out, document);
        } else {
            out.printf("appended %s (append time %d)%n", key, receipt.appendTime());
        }
    }

    private int report(String name, KeyValueOutcome outcome) {
        return KvOutcomes.print(spec.commandLine(), "put", name, outcome, ifVersion, json);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
