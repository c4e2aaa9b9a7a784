package io.nearstream.core.topk;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Version;
import io.nearstream.testing.Property;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CandidateTableTest {
    private record Entry(Version version, boolean removal, int bucket, int ref) {}

    @Test
    void keepsOneEntryPerIdAsTheRulesSay() {
        CandidateTable table = new CandidateTable();
        Property.holds(
                random -> {
                    table.reset();
                    Map<String, Entry> expected = new HashMap<>();
                    int ids = 1 + random.nextInt(5_000);
                    int entries = random.nextInt(6_000);
                    int bucket = 0;
                    for (int ref = 0; ref < entries; ref++) {
                        if (random.nextInt(50) == 0) {
                            table.nextBucket();
                            bucket++;
                        }
                        String id = "id-" + random.nextInt(ids);
                        Version version =
                                new Version(
                                        random.nextInt(3), random.nextInt(3), random.nextInt(3));
                        boolean removal = random.nextInt(4) == 0;
                        long hash = id.hashCode() % 50L << 32; // collides on purpose
                        boolean taken = add(table, hash, id, version, removal, ref) >= 0;
                        Entry entry = new Entry(version, removal, bucket, ref);
                        assertThat(taken).isEqualTo(wins(expected.get(id), entry));
                        if (taken) {
                            expected.put(id, entry);
                        }
                    }
                    assertThat(table.size()).isEqualTo(expected.size());
                    Map<Integer, Boolean> kept = new HashMap<>();
                    for (int ordinal = 0; ordinal < table.size(); ordinal++) {
                        kept.put(table.ref(ordinal), table.isRemoved(ordinal));
                    }
                    Map<Integer, Boolean> wanted = new HashMap<>();
                    expected.values().forEach(entry -> wanted.put(entry.ref, entry.removal));
                    assertThat(kept).isEqualTo(wanted);
                });
    }

    private static boolean wins(Entry held, Entry next) {
        if (held == null || held.bucket == next.bucket) {
            return true;
        }
        int order = next.version.compareTo(held.version);
        return order > 0 || (order == 0 && held.removal && !next.removal);
    }

    @Test
    void idsAreEqualByTheirBytesNotByTheirHash() {
        CandidateTable table = new CandidateTable();
        Version version = new Version(1, 0, 0);
        assertThat(add(table, 7, "a", version, false, 10)).isZero();
        assertThat(add(table, 7, "b", version, false, 11)).isEqualTo(1);
        assertThat(add(table, 7, "ab", version, false, 12)).isEqualTo(2);
        assertThat(table.size()).isEqualTo(3);
    }

    @Test
    void aRecordThatMovedStaysFoundInEitherOrder() {
        Version version = new Version(1, 0, 0);
        CandidateTable table = new CandidateTable();
        add(table, 7, "a", version, true, 1);
        table.nextBucket();
        add(table, 7, "a", version, false, 2);
        assertThat(table.isRemoved(0)).isFalse();

        table.reset();
        add(table, 7, "a", version, false, 2);
        table.nextBucket();
        assertThat(add(table, 7, "a", version, true, 1)).isEqualTo(CandidateTable.SUPERSEDED);
        assertThat(table.isRemoved(0)).isFalse();
    }

    @Test
    void forgetsEverythingOnReset() {
        CandidateTable table = new CandidateTable();
        for (int i = 0; i < 200_000; i++) {
            add(table, i * 0x9e3779b97f4a7c15L, "id" + i, Version.NONE, false, i);
        }
        assertThat(table.size()).isEqualTo(200_000);
        table.reset();
        assertThat(table.size()).isZero();
        assertThat(add(table, 0, "id0", Version.NONE, false, 5)).isZero();
        assertThat(table.ref(0)).isEqualTo(5);
    }

    private static int add(
            CandidateTable table, long hash, String id, Version version, boolean removal, int ref) {
        byte[] bytes = (".." + id).getBytes(StandardCharsets.UTF_8);
        return table.add(
                hash,
                bytes,
                2,
                bytes.length - 2,
                version.time(),
                version.partition(),
                version.offset(),
                removal,
                ref);
    }
}
