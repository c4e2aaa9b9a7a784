package io.nearstream.cli;

import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueOutcome;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValues;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The demo's last act: keys are put, read from the running state, and deleted. */
final class DemoKeys {
    private static final String KEY = "greeting";
    private static final int WARM_UP = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String VALUE = "hello from the stream";

    private final KeyValues keys;
    private final List<String> stateAddresses;
    private final PrintWriter out;

    DemoKeys(KeyValues keys, List<String> stateAddresses, PrintWriter out) {
        this.keys = keys;
        this.stateAddresses = stateAddresses;
        this.out = out;
    }

    /** Each answer is of one key that is read and written in turn, and has to follow. */
    void show() {
        Table table = new Table("KEY-VALUE", "ANSWER", ">TIME");
        try (KeyValueReader live = keys.live(patient());
                KeyValueReader strong = keys.strong()) {
            // The first calls connect and load classes; what is shown is what later ones take.
            for (int i = 0; i < WARM_UP; i++) {
                await(keys.writer().apply(KeyValueRequest.put(KEY, bytes("warm-up"))));
                await(strong.get(KEY));
                await(live.get(KEY));
            }
            write(table, "put", KeyValueRequest.put(KEY, bytes(VALUE)));
            read(table, "get, live", live);
            read(table, "get, strong", strong);
            write(table, "put if absent", KeyValueRequest.put(KEY, bytes("never")).ifAbsent());
            write(table, "delete", KeyValueRequest.delete(KEY));
            read(table, "get, live", live);
        }
        out.println();
        table.print(out);
        out.flush();
    }

    /** All of this starts in one process, on whatever machine: the first read may be slow. */
    private LiveReadOptions patient() {
        LiveReadOptions usual = LiveReadOptions.of(stateAddresses);
        return usual.withDeadline(PATIENCE).withAttemptTimeout(usual.attemptTimeout());
    }

    private void write(Table table, String what, KeyValueRequest request) {
        long start = System.nanoTime();
        KeyValueOutcome outcome = await(keys.writer().apply(request));
        table.row(
                what + " " + KEY,
                outcome.applied() ? "applied" : "condition failed: it has a value",
                millisSince(start));
    }

    private static void read(Table table, String what, KeyValueReader reader) {
        long start = System.nanoTime();
        Optional<KeyValue> found = await(reader.get(KEY));
        String took = millisSince(start);
        table.row(
                what + " " + KEY,
                found.map(value -> new String(value.value(), StandardCharsets.UTF_8))
                        .orElse("no value"),
                took);
    }

    private static String millisSince(long start) {
        return "%.1f ms".formatted((System.nanoTime() - start) / 1e6);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            throw new NearstreamException(failed.getCause().getMessage(), failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NearstreamException("Interrupted while waiting for a key.", interrupted);
        }
    }
}
