package io.nearstream.cli;

import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import picocli.CommandLine;

/**
 * Puts many keys, one per line.
 *
 * @param send sends a put; complete once it counts, with whether its condition held
 * @param flush makes what was sent count soon
 * @param options what the puts have in common
 * @param appendOnly whether they count once the broker has them, and not once they are in force
 */
record KvLines(
        Function<KeyValueRequest, CompletableFuture<Boolean>> send,
        Runnable flush,
        KvPutOptions options,
        boolean appendOnly) {
    private static final String STANDARD_INPUT = "-";

    /** A key, a tab, a value and a carriage return. */
    private static final int LINE_BYTES_MAX =
            Limits.DEFAULT.keyBytes() + 1 + Limits.DEFAULT.valueBytes() + 1;

    /** To a writer. */
    static KvLines of(KeyValueWriter writer, KvPutOptions options, boolean appendOnly) {
        return new KvLines(
                appendOnly
                        ? request -> writer.append(request).thenApply(receipt -> true)
                        : request -> writer.apply(request).thenApply(outcome -> outcome.applied()),
                writer::flush,
                options,
                appendOnly);
    }

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

    /**
     * Puts the lines of a stream.
     *
     * @param name of it, for messages
     * @throws NearstreamException if a line is wrong or could not be put: it names the line, and
     *     how many were put before
     */
    Put put(InputStream in, String name) throws InterruptedException {
        KvLineReader reader = new KvLineReader(in, LINE_BYTES_MAX);
        KvFlight flight = new KvFlight();
        long sent = 0;
        Exception wrong = null;
        long start = System.nanoTime();
        try (Progress progress = Progress.start("put", OptionalLong.empty())) {
            for (String line = reader.next();
                    line != null && flight.failure().isEmpty();
                    line = reader.next()) {
                KeyValueRequest request = request(line);
                int size = request.value().length;
                flight.enter(size);
                flight.track(size, send.apply(request));
                sent++;
                progress.to(sent);
            }
        } catch (NearstreamException | IllegalArgumentException | IOException refused) {
            wrong = refused;
        }
        flush.run();
        flight.land();
        if (wrong != null) {
            throw new NearstreamException(
                    "%s, line %d: %s %s"
                            .formatted(name, sent + 1, Failures.message(wrong), outcome(flight)),
                    wrong);
        }
        if (flight.failure().isPresent()) {
            RuntimeException failure = KvCalls.failure(flight.failure().get());
            throw new NearstreamException(
                    "%s, ended after line %d: %s %s"
                            .formatted(name, sent, Failures.message(failure), outcome(flight)),
                    failure);
        }
        return new Put(sent, flight.refused(), (System.nanoTime() - start) / 1e9, appendOnly);
    }

    private String outcome(KvFlight flight) {
        return "Of the lines before, %,d were %s, %,d not since the key has a value, and %,d failed or are unknown; no line after was sent."
                .formatted(
                        flight.done(),
                        appendOnly ? "appended" : "put",
                        flight.refused(),
                        flight.failed());
    }

    private KeyValueRequest request(String line) {
        int tab = line.indexOf('\t');
        if (tab < 1) {
            throw new NearstreamException("must be a key, a tab and a value.");
        }
        return options.put(
                line.substring(0, tab), line.substring(tab + 1).getBytes(StandardCharsets.UTF_8));
    }
}
