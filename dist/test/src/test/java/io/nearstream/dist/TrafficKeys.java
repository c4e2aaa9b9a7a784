package io.nearstream.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.WriteReceipt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Keys that are written and deleted all the time. */
final class TrafficKeys {
    private static final int KEYS = 400;
    private static final int AT_A_TIME = 10;

    private final NearstreamClient client;
    private final Map<String, Optional<byte[]>> keys = new HashMap<>();

    TrafficKeys(NearstreamClient client) {
        this.client = client;
    }

    LoadedTraffic.Round writer(SplittableRandom own) {
        return () -> {
            List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
            for (int i = 0; i < AT_A_TIME; i++) {
                String key = "key" + own.nextInt(KEYS);
                Optional<byte[]> value =
                        own.nextInt(4) == 0
                                ? Optional.empty()
                                : Optional.of(
                                        Long.toString(own.nextLong())
                                                .getBytes(StandardCharsets.UTF_8));
                keys.put(key, value);
                receipts.add(
                        client.keyValues()
                                .writer()
                                .append(
                                        value.map(v -> KeyValueRequest.put(key, v))
                                                .orElseGet(() -> KeyValueRequest.delete(key))));
            }
            LoadedTraffic.await(receipts);
        };
    }

    /** After the load: every key is read as it was written last, strongly and live. */
    void assertWhole(List<String> stateAddresses) throws Exception {
        LiveReadOptions options =
                LiveReadOptions.of(stateAddresses).withDeadline(TrafficProbes.PATIENCE);
        try (KeyValueReader strong = client.keyValues().strong();
                KeyValueReader live = client.keyValues().live(options)) {
            for (Map.Entry<String, Optional<byte[]>> key : keys.entrySet()) {
                assertKey(strong, key);
                assertKey(live, key);
            }
        }
    }

    private static void assertKey(KeyValueReader reader, Map.Entry<String, Optional<byte[]>> key)
            throws Exception {
        assertThat(reader.get(key.getKey()).get().map(read -> ByteBuffer.wrap(read.value())))
                .as(key.getKey())
                .isEqualTo(key.getValue().map(ByteBuffer::wrap));
    }
}
