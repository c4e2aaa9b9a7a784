package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which proxy a get goes to. */
class StateProxiesTest extends LiveReaderHarness {
    private static final Duration ASK_AGAIN = Duration.ofSeconds(10);

    private final LiveReader reader = reader(A, B);

    private int calls(String address) {
        return connections.getOrDefault(address, List.of()).stream()
                .mapToInt(one -> one.calls.size())
                .sum();
    }

    private int asked() {
        return connections.values().stream()
                .flatMap(opened -> opened.stream())
                .mapToInt(one -> one.asked.size())
                .sum();
    }

    /** Answers where each get went, and says how many more that were at either address. */
    private int[] gets(int count) {
        int a = calls(A);
        int b = calls(B);
        for (int i = 0; i < count; i++) {
            int before = calls(A);
            CompletableFuture<Optional<KeyValue>> get = reader.get("k");
            newestCall(calls(A) > before ? A : B).complete(Entries.entry(1, "v"));
            assertThat(text(get)).contains("v");
        }
        return new int[] {calls(A) - a, calls(B) - b};
    }

    @Test
    void getsGoWhereTheKeyIs() {
        assertThat(gets(4)).as("in turn").containsExactly(2, 2);
        assertThat(asked()).as("once for all").isEqualTo(1);
        newest(A).asked.get(0).complete("ip-of-" + B);

        assertThat(gets(6)).containsExactly(0, 6);
    }

    @Test
    void aMoveIsNoticedWhenItIsAskedAgain() {
        gets(2);
        newest(A).asked.get(0).complete("ip-of-" + B);
        now += ASK_AGAIN.toNanos();
        gets(1);
        assertThat(newest(B).asked).hasSize(1);
        newest(B).asked.get(0).complete("ip-of-" + A);

        assertThat(gets(6)).containsExactly(6, 0);
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void whereTheHolderFailsAllAreAskedInTurn() {
        gets(2);
        newest(A).asked.get(0).complete("ip-of-" + B);
        CompletableFuture<Optional<KeyValue>> get = reader.get("k");
        newestCall(B).completeExceptionally(new ConnectException("refused"));
        newestCall(A).complete(Entries.entry(1, "v"));

        assertThat(text(get)).contains("v");
        pass(reader, Duration.ofSeconds(1));
        assertThat(gets(4)).containsExactly(2, 2);
    }

    @Test
    void anAddressThatNobodyGaveChangesNothing() {
        gets(2);
        newest(A).asked.get(0).complete("of-a-network-behind");

        assertThat(gets(4)).containsExactly(2, 2);
    }

    @Test
    void aJobThatDoesNotSayIsAskedSeldom() {
        gets(2);
        newest(A).asked.get(0).completeExceptionally(new RuntimeException("UnknownKvState"));
        now += ASK_AGAIN.toNanos();
        assertThat(gets(4)).containsExactly(2, 2);
        assertThat(asked()).isEqualTo(1);
        now += Duration.ofMinutes(1).toNanos();
        gets(1);
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void whoHasOneAddressAsksNothing() {
        LiveReader alone = reader(A);
        alone.get("k");
        assertThat(newest(A).asked).isEmpty();
    }
}
