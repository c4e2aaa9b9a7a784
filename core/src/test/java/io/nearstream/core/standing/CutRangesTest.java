package io.nearstream.core.standing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whoever asks for a range is told whether more are within the radius than the cap lets in. */
class CutRangesTest {
    private static final long LEASE = 1_000_000;
    private static final int RADIUS = 50;

    private final List<Difference> told = new ArrayList<>();
    private StandingShard shard = shard();
    private long time;

    private StandingShard shard() {
        StandingRules rules =
                new StandingRules(
                        VectorSpace.of(Metric.L2, Encoding.UINT8, 1),
                        StandingCells.single(),
                        10,
                        100,
                        1_000);
        return new StandingShard(rules, Long.MIN_VALUE, told::add);
    }

    private void register(int cap, double radius, boolean snapshot) {
        time++;
        StandingQuery query =
                new StandingQuery(
                        new byte[1], cap, radius, LabelFilter.NONE, StandingQuery.ALL_CELLS);
        shard.register(
                Registration.of(
                        new QueryName("s", "q"),
                        new Version(time, 0, time),
                        query,
                        LEASE,
                        snapshot));
        shard.advance(++time);
    }

    private void put(int at) {
        time++;
        apply(
                new IndexChange(
                        new RecordKey(7, "r" + at),
                        false,
                        new Version(time, 0, time),
                        new byte[] {(byte) at},
                        new int[0],
                        0,
                        0,
                        List.of(),
                        new byte[0],
                        time,
                        IndexChange.NEVER));
    }

    private void delete(int at) {
        time++;
        apply(IndexChange.deleted(new RecordKey(7, "r" + at), new Version(time, 0, time)));
    }

    private void apply(IndexChange change) {
        shard.next(change);
        shard.advance(time);
    }

    /** What was told since the last call: '=' and hits, '-' and '+', and '!' where it is cut. */
    private List<String> said() {
        List<String> said = new ArrayList<>();
        for (Difference difference : told) {
            StringBuilder words = new StringBuilder();
            boolean whole = difference.kind() == Difference.Kind.SNAPSHOT;
            difference.removed().forEach(id -> words.append('-').append(id));
            words.append(whole ? "=" : "");
            difference.added().forEach(hit -> words.append(whole ? "" : "+").append(hit.id()));
            said.add(words.append(difference.truncated() ? "!" : "").toString());
        }
        told.clear();
        return said;
    }

    @Test
    void itIsSaidAsRecordsComeAndGo() {
        put(20);
        put(30);
        register(3, RADIUS, false);
        put(40);
        assertThat(said()).as("as many as the cap, and no more").containsExactly("=r20r30", "+r40");
        put(45);
        assertThat(said()).as("one behind the cap").containsExactly("!");
        put(46);
        put(60);
        delete(46);
        assertThat(said()).as("nothing is otherwise").isEmpty();
        put(10);
        assertThat(said()).as("40 is within the radius yet").containsExactly("-r40+r10!");
        delete(40);
        delete(45);
        assertThat(said()).as("again no more than the cap").containsExactly("");
        put(5);
        assertThat(said()).containsExactly("-r30+r5!");
        delete(20);
        assertThat(said()).as("what was behind the cap moves up").containsExactly("-r20+r30");
        delete(30);
        assertThat(said()).containsExactly("-r30");
    }

    @Test
    void aSnapshotSaysIt() {
        for (int at = 1; at <= 4; at++) {
            put(at);
        }
        register(3, RADIUS, false);
        assertThat(said()).containsExactly("=r1r2r3!");
        delete(4);
        said();
        register(3, RADIUS, true);
        assertThat(said()).containsExactly("=r1r2r3");
    }

    @Test
    void theNearestAreNeverCut() {
        for (int at = 1; at <= 4; at++) {
            put(at);
        }
        register(3, Double.POSITIVE_INFINITY, false);
        delete(4);
        put(5);
        delete(1);
        assertThat(said()).containsExactly("=r1r2r3", "-r1+r5");
    }

    /** The reserve is 8: with more in reach they are looked for again. */
    @Test
    void itIsExactWhateverIsInReserve() {
        for (int at = 1; at <= 40; at++) {
            put(at);
        }
        register(1, RADIUS, false);
        for (int at = 2; at < 40; at++) {
            delete(at);
        }
        assertThat(said()).containsExactly("=r1!");
        delete(40);
        assertThat(said()).containsExactly("");
    }

    /** Rows in memory. */
    private static final class Rows implements ShardStore {
        private final Map<Part, Map<String, byte[]>> parts = new EnumMap<>(Part.class);

        Map<String, byte[]> of(Part part) {
            return parts.computeIfAbsent(part, any -> new TreeMap<>());
        }

        @Override
        public void put(Part part, String key, byte[] row) {
            of(part).put(key, row);
        }

        @Override
        public void remove(Part part, String key) {
            of(part).remove(key);
        }

        @Override
        public void putWaiting(Registration registration) {
            throw new IllegalStateException("Nothing waits: " + registration);
        }

        @Override
        public void removeWaiting(int partition, long offset) {
            // It began.
        }
    }

    /** A build that did not say it knew as many as the cap, and was not short of any. */
    @Test
    void stateOfBeforeSaysItToo() throws Exception {
        for (int at = 1; at <= 20; at++) {
            put(at);
        }
        register(1, RADIUS, false);
        Rows rows = new Rows();
        shard.flush(rows);
        for (int at = 2; at <= 9; at++) {
            rows.remove(ShardStore.Part.RECORDS, "r" + at);
        }
        rows.put(ShardStore.Part.PAGES, "0", knowsOne(rows.of(ShardStore.Part.PAGES).get("0")));
        told.clear();
        shard = shard();
        rows.of(ShardStore.Part.RECORDS)
                .forEach((id, row) -> shard.restore(ShardStore.Part.RECORDS, id, row));
        rows.of(ShardStore.Part.PAGES)
                .forEach((page, row) -> shard.restore(ShardStore.Part.PAGES, page, row));
        rows.of(ShardStore.Part.QUERIES)
                .forEach((key, row) -> shard.restore(ShardStore.Part.QUERIES, key, row));
        shard.restored();
        register(1, RADIUS, true);
        assertThat(said()).containsExactly("=r1!");
        for (int at = 10; at <= 20; at++) {
            delete(at);
        }
        assertThat(said()).containsExactly("");
    }

    /** The only query of a page without its reserve of 8, which ends the page. */
    private static byte[] knowsOne(byte[] page) {
        int reserve = 8 * Integer.BYTES;
        ByteBuffer row = ByteBuffer.allocate(page.length - reserve);
        row.put(page, 0, row.capacity());
        int count = row.capacity() - 2 * Integer.BYTES;
        assertThat(row.getInt(count)).as("known").isEqualTo(9);
        return row.putInt(count, 1).array();
    }
}
