package io.nearstream.core.topk;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Version;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CandidateTableTest {
    private record Entry(String id, Version version) {}

    /** What was offered, by ref. */
    private final List<Entry> entries = new ArrayList<>();

    private final CandidateTable table =
            new CandidateTable((ref, other) -> entries.get(ref).id.equals(entries.get(other).id));

    @Test
    void keepsTheNewestEntryOfEachId() {
        Property.holds(
                random -> {
                    table.reset();
                    entries.clear();
                    Map<String, Integer> expected = new HashMap<>();
                    int ids = 1 + random.nextInt(5_000);
                    int offers = random.nextInt(6_000);
                    for (int ref = 0; ref < offers; ref++) {
                        int number = random.nextInt(ids);
                        String id = "id-" + number;
                        // A version belongs to one write: its offset tells the id.
                        long offset = 3L * number + random.nextInt(3);
                        Version version = new Version(random.nextInt(3), 0, offset);
                        long hash = id.hashCode() % 50L << 32; // collides on purpose
                        Integer held = expected.get(id);
                        boolean taken = add(hash, id, version) >= 0;
                        assertThat(taken)
                                .isEqualTo(
                                        held == null
                                                || version.isNewerThan(entries.get(held).version));
                        if (taken) {
                            expected.put(id, ref);
                        }
                    }
                    assertThat(table.size()).isEqualTo(expected.size());
                    List<Integer> kept = new ArrayList<>();
                    for (int ordinal = 0; ordinal < table.size(); ordinal++) {
                        kept.add(table.ref(ordinal));
                    }
                    assertThat(kept).containsExactlyInAnyOrderElementsOf(expected.values());
                });
    }

    @Test
    void idsOfEqualHashAreToldApart() {
        assertThat(add(7, "a", new Version(1, 0, 0))).isZero();
        assertThat(add(7, "b", new Version(1, 0, 1))).isEqualTo(1);
        assertThat(add(7, "b", new Version(1, 1, 0))).isEqualTo(1);
        assertThat(add(7, "b", new Version(1, 0, 9))).isEqualTo(CandidateTable.SUPERSEDED);
        assertThat(add(7, "ab", new Version(2, 0, 0))).isEqualTo(2);
        assertThat(table.size()).isEqualTo(3);
        assertThat(table.ref(1)).isEqualTo(2);
    }

    /** A copy in another bucket is told by its version alone. */
    @Test
    void copiesCostNoLookAtTheRecordMetBefore() {
        CandidateTable blind =
                new CandidateTable(
                        (ref, other) -> {
                            throw new AssertionError("asked for " + ref + " and " + other);
                        });
        assertThat(blind.add(7, 1, 2, 3, 0)).isZero();
        assertThat(blind.add(7, 1, 2, 3, 1)).isEqualTo(CandidateTable.SUPERSEDED);
        assertThat(blind.ref(0)).isZero();
    }

    @Test
    void forgetsEverythingOnReset() {
        for (int i = 0; i < 200_000; i++) {
            add(i * 0x9e3779b97f4a7c15L, "id" + i, new Version(1, 0, i));
        }
        assertThat(table.size()).isEqualTo(200_000);
        table.reset();
        assertThat(table.size()).isZero();
        assertThat(add(0, "id0", new Version(1, 0, 0))).isZero();
        assertThat(table.ref(0)).isEqualTo(200_000);
    }

    private int add(long hash, String id, Version version) {
        entries.add(new Entry(id, version));
        return table.add(
                hash, version.time(), version.partition(), version.offset(), entries.size() - 1);
    }
}
