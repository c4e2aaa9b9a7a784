package io.nearstream.jobs.query.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.RecordKey;
import io.nearstream.testing.Property;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordCacheTest {
    private static final long BYTES_MAX = 5_000;

    @Test
    void whatItHoldsIsTheNewestAndWithinItsBound() {
        Property.holds(
                50,
                random -> {
                    RecordCache cache = new RecordCache(BYTES_MAX);
                    Map<RecordKey, byte[]> store = new HashMap<>();
                    for (int i = 0; i < 500; i++) {
                        RecordKey key = new RecordKey(1, "r" + random.nextInt(60));
                        switch (random.nextInt(4)) {
                            case 0 -> {
                                byte[] row = new byte[1 + random.nextInt(300)];
                                store.put(key, row);
                                cache.stored(key, row);
                            }
                            case 1 -> {
                                store.remove(key);
                                cache.remove(key);
                            }
                            default -> {
                                byte[] cached = cache.get(key);
                                if (cached != null) {
                                    assertThat(cached).isSameAs(store.get(key));
                                } else if (store.containsKey(key)) {
                                    cache.put(key, store.get(key));
                                }
                            }
                        }
                        assertThat(cache.bytes()).isBetween(0L, BYTES_MAX);
                    }
                    assertThat(cache.hits()).isPositive();
                    assertThat(cache.misses()).isPositive();
                });
    }
}
