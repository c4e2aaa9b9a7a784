package io.nearstream.embedded.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.WriteReceipt;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Keys that a test writes, and what must be read of them. Not thread-safe. */
public final class Keys {
    private static final int WRITE_SECONDS = 60;

    private final NearstreamClient client;
    private final Map<String, Optional<String>> written = new TreeMap<>();
    private final List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();

    /** None yet. */
    public Keys(NearstreamClient client) {
        this.client = client;
    }

    /** Puts keys {@code prefix + from} to {@code prefix + (to - 1)}, each with the same value. */
    public Keys put(String prefix, int from, int to, String value) {
        for (int i = from; i < to; i++) {
            String key = prefix + i;
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            receipts.add(client.keyValues().writer().append(KeyValueRequest.put(key, bytes)));
            written.put(key, Optional.of(value));
        }
        return this;
    }

    /** Deletes such keys. */
    public Keys delete(String prefix, int from, int to) {
        for (int i = from; i < to; i++) {
            receipts.add(client.keyValues().writer().append(KeyValueRequest.delete(prefix + i)));
            written.put(prefix + i, Optional.empty());
        }
        return this;
    }

    /** Such keys are there already. */
    public Keys expect(String prefix, int from, int to, String value) {
        for (int i = from; i < to; i++) {
            written.put(prefix + i, Optional.of(value));
        }
        return this;
    }

    /** Such keys are not there. */
    public Keys expectNone(String prefix, int from, int to) {
        for (int i = from; i < to; i++) {
            written.put(prefix + i, Optional.empty());
        }
        return this;
    }

    /** Waits until the log has them. */
    public void awaitAppended() throws Exception {
        client.keyValues().writer().flush();
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            receipt.get(WRITE_SECONDS, TimeUnit.SECONDS);
        }
        receipts.clear();
    }

    /** What each key has, by key; empty: it was deleted. */
    public Map<String, Optional<String>> written() {
        return Collections.unmodifiableMap(written);
    }

    /** Every key is read as it was written last. */
    public void assertRead(KeyValueReader reader) throws Exception {
        Map<String, CompletableFuture<Optional<String>>> asked = new TreeMap<>();
        for (String key : written.keySet()) {
            asked.put(key, read(reader, key));
        }
        Map<String, Optional<String>> read = new TreeMap<>();
        for (Map.Entry<String, CompletableFuture<Optional<String>>> one : asked.entrySet()) {
            read.put(one.getKey(), one.getValue().get(WRITE_SECONDS, TimeUnit.SECONDS));
        }
        assertThat(read).isEqualTo(Collections.unmodifiableMap(written));
    }

    /** The text of a key. */
    public static CompletableFuture<Optional<String>> read(KeyValueReader reader, String key) {
        return reader.get(key)
                .thenApply(
                        found ->
                                found.map(
                                        value ->
                                                new String(value.value(), StandardCharsets.UTF_8)));
    }
}
