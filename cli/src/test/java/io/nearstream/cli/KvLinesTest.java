package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.Version;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KvLinesTest {
    private static final KvPutOptions PLAIN = new KvPutOptions(Duration.ZERO, false, Version.NONE);

    private final List<String> sent = new ArrayList<>();

    @Test
    void linesEndWithLineFeedsAndMayHaveCarriageReturnsAndNoLastOne() throws Exception {
        KvLines.Put put = put("a\t1\r\nb\t\nsch\u00f6n\t\uD83D\uDE00\tx");

        assertThat(put.keys()).isEqualTo(3);
        assertThat(sent).containsExactly("a=1", "b=", "sch\u00f6n=\uD83D\uDE00\tx");
        assertThat(put("").keys()).isZero();
    }

    @Test
    void bytesThatAreNotUtf8EndItAndNothingIsReplaced() {
        for (byte[] broken :
                new byte[][] {{'k', '\t', (byte) 0xE9}, {'k', (byte) 0xC3, '\t', 'v'}}) {
            sent.clear();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes("a\t1\nb\t2\n".getBytes(StandardCharsets.UTF_8));
            bytes.writeBytes(broken);
            bytes.writeBytes("\nc\t3\n".getBytes(StandardCharsets.UTF_8));

            assertThatThrownBy(() -> applied().put(in(bytes.toByteArray()), "some.tsv"))
                    .isInstanceOf(NearstreamException.class)
                    .hasMessageStartingWith("some.tsv, line 3: must be UTF-8, but byte ")
                    .hasMessageContaining("2 were put")
                    .hasMessageContaining("no line after was sent");
            assertThat(sent).containsExactly("a=1", "b=2");
        }
    }

    @Test
    void linesThatAreNoPutsSayWhatWasPutBefore() {
        assertThatThrownBy(() -> put("a\t1\nno tab\nb\t2\n"))
                .hasMessageStartingWith("text, line 2: must be a key, a tab and a value. Of")
                .hasMessageContaining("1 were put");
        assertThatThrownBy(() -> put("k".repeat(1_025) + "\t1\n"))
                .hasMessageContaining("line 1: ")
                .hasMessageContaining("0 were put");
        assertThatThrownBy(() -> put("k\t" + "v".repeat(2 << 20)))
                .hasMessageContaining("line 1: must be at most ");
    }

    @Test
    void failedPutsEndItAndAreCounted() {
        KvLines lines =
                new KvLines(
                        request ->
                                request.key().equals("b")
                                        ? CompletableFuture.failedFuture(
                                                new NearstreamException("The broker is gone."))
                                        : CompletableFuture.completedFuture(true),
                        () -> {},
                        PLAIN,
                        false);

        assertThatThrownBy(() -> lines.put(in("a\t1\nb\t2\nc\t3\n"), "text"))
                .hasMessageStartingWith("text, ended after line 2: The broker is gone. ")
                .hasMessageContaining("1 were put")
                .hasMessageContaining("1 failed");
    }

    @Test
    void valuesInFlightAreBoundedInBytes() throws Exception {
        int valueBytes = 1 << 20;
        int lines = 3 * KvFlight.BYTES_MAX / valueBytes;
        Queue<Runnable> answers = new ArrayDeque<>();
        AtomicLong held = new AtomicLong();
        AtomicLong most = new AtomicLong();
        KvLines bounded =
                new KvLines(
                        request -> {
                            CompletableFuture<Boolean> answer = new CompletableFuture<>();
                            long now = held.addAndGet(request.value().length);
                            most.accumulateAndGet(now, Math::max);
                            synchronized (answers) {
                                answers.add(
                                        () -> {
                                            held.addAndGet(-request.value().length);
                                            answer.complete(true);
                                        });
                            }
                            return answer;
                        },
                        () -> {},
                        PLAIN,
                        false);
        byte[] text = ("k\t" + "v".repeat(valueBytes) + "\n").getBytes(StandardCharsets.UTF_8);
        CompletableFuture<KvLines.Put> put =
                CompletableFuture.supplyAsync(() -> uninterrupted(bounded, repeated(text, lines)));

        while (!put.isDone()) {
            Runnable answer;
            synchronized (answers) {
                // Full, or the last of them: only then somebody answers.
                boolean full = held.get() + valueBytes > KvFlight.BYTES_MAX;
                answer = full || most.get() == KvFlight.BYTES_MAX ? answers.poll() : null;
            }
            if (answer != null) {
                answer.run();
            }
        }

        assertThat(put.get(1, TimeUnit.SECONDS).keys()).isEqualTo(lines);
        assertThat(most.get()).isEqualTo(KvFlight.BYTES_MAX);
    }

    private static KvLines.Put uninterrupted(KvLines lines, InputStream in) {
        try {
            return lines.put(in, "large");
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /** The same bytes again and again. */
    private static InputStream repeated(byte[] bytes, int times) {
        return new InputStream() {
            private long at;

            @Override
            public int read() {
                return at < (long) bytes.length * times
                        ? bytes[(int) (at++ % bytes.length)] & 0xFF
                        : -1;
            }
        };
    }

    private KvLines.Put put(String text) throws InterruptedException {
        return applied().put(in(text), "text");
    }

    private static InputStream in(String text) {
        return in(text.getBytes(StandardCharsets.UTF_8));
    }

    private static InputStream in(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private KvLines applied() {
        return new KvLines(this::apply, () -> {}, PLAIN, false);
    }

    private CompletableFuture<Boolean> apply(KeyValueRequest request) {
        sent.add(request.key() + "=" + new String(request.value(), StandardCharsets.UTF_8));
        return CompletableFuture.completedFuture(true);
    }
}
