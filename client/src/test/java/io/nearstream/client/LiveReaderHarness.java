package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.keyvalue.KeyValueEntry;
import java.nio.channels.ClosedChannelException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Live reads against proxies that do what each test says, by a clock that stands still. */
abstract class LiveReaderHarness {
    static final String A = "a:1";
    static final String B = "b:2";

    /** One connection: keeps its calls until the test answers them. */
    static class FakeCalls implements StateCalls {
        final List<CompletableFuture<KeyValueEntry>> calls = new ArrayList<>();
        final List<CompletableFuture<String>> asked = new ArrayList<>();
        private final String address;
        boolean closed;

        FakeCalls(String address) {
            this.address = address;
        }

        @Override
        public CompletableFuture<String> holder(String key) {
            CompletableFuture<String> call = new CompletableFuture<>();
            asked.add(call);
            return call;
        }

        @Override
        public String peer() {
            return "ip-of-" + address;
        }

        @Override
        public CompletableFuture<KeyValueEntry> get(String key) {
            CompletableFuture<KeyValueEntry> call = new CompletableFuture<>();
            calls.add(call);
            return call;
        }

        @Override
        public void close() {
            closed = true;
            List.copyOf(calls)
                    .forEach(call -> call.completeExceptionally(new ClosedChannelException()));
        }
    }

    final Map<String, List<FakeCalls>> connections = new HashMap<>();
    long now = Long.MAX_VALUE - 5;

    LiveReader reader(LiveReadOptions options) {
        return new LiveReader(options, this::open, () -> now, () -> {});
    }

    LiveReader reader(String... addresses) {
        return reader(LiveReadOptions.of(List.of(addresses)).withClock(clockAt(1_000)));
    }

    /**
     * One that is swept by its own thread and clock, has patience, and puts its calls into a queue.
     */
    static LiveReader running(BlockingQueue<CompletableFuture<KeyValueEntry>> made) {
        LiveReadOptions patient =
                LiveReadOptions.of(List.of(A))
                        .withDeadline(Duration.ofMinutes(2))
                        .withAttemptTimeout(Duration.ofMinutes(1));
        StateCalls connection =
                new FakeCalls(A) {
                    @Override
                    public CompletableFuture<KeyValueEntry> get(String key) {
                        CompletableFuture<KeyValueEntry> call = super.get(key);
                        made.add(call);
                        return call;
                    }
                };
        return new LiveReader(patient, address -> connection, System::nanoTime, () -> {})
                .startSweeping();
    }

    private StateCalls open(String address) {
        FakeCalls opened = new FakeCalls(address);
        connections.computeIfAbsent(address, any -> new ArrayList<>()).add(opened);
        return opened;
    }

    FakeCalls newest(String address) {
        List<FakeCalls> opened = connections.get(address);
        return opened.get(opened.size() - 1);
    }

    CompletableFuture<KeyValueEntry> newestCall(String address) {
        List<CompletableFuture<KeyValueEntry>> calls = newest(address).calls;
        return calls.get(calls.size() - 1);
    }

    void pass(LiveReader reader, Duration time) {
        now += time.toNanos();
        reader.sweep();
    }

    private static Clock clockAt(long millis) {
        return Clock.fixed(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
    }

    /** Of a reader that runs: its thread may take a call up only after the test has answered it. */
    static Optional<String> answer(CompletableFuture<Optional<KeyValue>> get) throws Exception {
        return Entries.text(get.get(20, TimeUnit.SECONDS));
    }

    static Optional<String> text(CompletableFuture<Optional<KeyValue>> get) {
        assertThat(get).isCompleted();
        return Entries.text(get.join());
    }
}
