package io.nearstream.cli;

import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.NearstreamException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine;

/**
 * Puts many keys, one per line.
 *
 * @param writer where to
 * @param options what the puts have in common
 * @param appendOnly whether they count once the broker has them, and not once they are in force
 */
record KvLines(KeyValueWriter writer, KvPutOptions options, boolean appendOnly) {
    private static final String STANDARD_INPUT = "-";

    /** Enough to fill the broker's batches, and soon told when one fails. */
    private static final int IN_FLIGHT = 2_000;

    /**
     * What was put.
     *
     * @param keys lines that were read
     * @param refused of them those whose condition did not hold
     * @param seconds from the first to the last acknowledgement
     * @param appendOnly whether nobody knows yet what becomes of them
     */
    record Put(long keys, long refused, double seconds, boolean appendOnly) {
        int report(CommandLine command, boolean json) {
            double perSecond = keys / Math.max(seconds, 1e-9);
            if (json) {
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("keys", keys);
                document.put(appendOnly ? "appended" : "applied", keys - refused);
                document.put("conditions_failed", refused);
                document.put("per_s", Math.round(perSecond));
                Json.print(command.getOut(), document);
            } else {
                command.getOut()
                        .printf(
                                "%,d keys %s in %.1f s (%,.0f/s)%n",
                                keys - refused,
                                appendOnly ? "appended" : "put",
                                seconds,
                                perSecond);
            }
            if (refused > 0) {
                command.getErr()
                        .printf(
                                "nearstream: %,d keys were not put, since they have a value.%n",
                                refused);
            }
            return refused > 0 ? 1 : 0;
        }
    }

    /** Puts the lines of a file, or of standard input. */
    Put put(String source) throws IOException, InterruptedException {
        if (source.equals(STANDARD_INPUT)) {
            return put(System.in, "standard input");
        }
        try (InputStream in = Files.newInputStream(Path.of(source))) {
            return put(in, source);
        }
    }

    private Put put(InputStream in, String name) throws IOException, InterruptedException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        Semaphore free = new Semaphore(IN_FLIGHT);
        LongAdder refused = new LongAdder();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        long count = 0;
        long start = System.nanoTime();
        try (Progress progress = Progress.start("put", OptionalLong.empty())) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                count++;
                KeyValueRequest request = request(line, name, count);
                free.acquire();
                requireNone(failure);
                send(request)
                        .whenComplete(
                                (applied, failed) -> {
                                    if (failed != null) {
                                        failure.compareAndSet(null, failed);
                                    } else if (!applied) {
                                        refused.increment();
                                    }
                                    free.release();
                                });
                progress.to(count);
            }
            writer.flush();
            free.acquire(IN_FLIGHT);
        }
        requireNone(failure);
        return new Put(count, refused.sum(), (System.nanoTime() - start) / 1e9, appendOnly);
    }

    private CompletableFuture<Boolean> send(KeyValueRequest request) {
        return appendOnly
                ? writer.append(request).thenApply(receipt -> true)
                : writer.apply(request).thenApply(outcome -> outcome.applied());
    }

    private KeyValueRequest request(String line, String name, long number) {
        int tab = line.indexOf('\t');
        if (tab < 1) {
            throw new NearstreamException(
                    "%s, line %d: must be a key, a tab and a value.".formatted(name, number));
        }
        try {
            return options.put(
                    line.substring(0, tab),
                    line.substring(tab + 1).getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            throw new NearstreamException(
                    "%s, line %d: %s".formatted(name, number, refused.getMessage()), refused);
        }
    }

    private static void requireNone(AtomicReference<Throwable> failure) {
        Throwable failed = failure.get();
        if (failed != null) {
            throw KvCalls.failure(failed);
        }
    }
}
