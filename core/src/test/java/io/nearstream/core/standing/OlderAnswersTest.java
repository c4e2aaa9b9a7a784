package io.nearstream.core.standing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Answers that had a row each, of queries that know some of the records, up to a bound. */
class OlderAnswersTest {
    private static final int RECORDS = 30;
    private static final int LEASE_MS = 1_000_000;

    /** Of four bytes in UTF-8, of six in a row as it was. */
    private static final String ID = "\uD83D\uDE00";

    /** Rows by part and key. */
    private static final class Rows implements ShardStore {
        private final Map<Part, Map<String, byte[]>> parts = new LinkedHashMap<>();

        Map<String, byte[]> of(Part part) {
            return parts.computeIfAbsent(part, any -> new LinkedHashMap<>());
        }

        @Override
        public void put(Part part, String key, byte[] row) {
            of(part).put(key, row.clone());
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

    private static StandingShard shard(List<Difference> told) {
        return new StandingShard(
                new StandingRules(
                        VectorSpace.of(Metric.L2, Encoding.UINT8, 2),
                        StandingCells.single(),
                        10,
                        100,
                        1_000),
                Long.MIN_VALUE,
                told::add);
    }

    private static IndexChange record(int number, int at, long time) {
        return new IndexChange(
                new RecordKey(7, ID + number),
                false,
                new Version(time, 0, number),
                new byte[] {(byte) at, 0},
                new int[0],
                0,
                0,
                List.of(),
                new byte[0],
                time,
                IndexChange.NEVER);
    }

    private static void register(StandingShard shard, String id, int at, int limit) {
        StandingQuery query =
                new StandingQuery(
                        new byte[] {(byte) at, 0},
                        limit,
                        Double.POSITIVE_INFINITY,
                        LabelFilter.NONE,
                        StandingQuery.ALL_CELLS);
        shard.register(
                Registration.of(
                        new QueryName("s", id), new Version(2, 0, at), query, LEASE_MS, false));
    }

    /** A query's part of a page as a row of its own; its key comes with it. */
    private static Map.Entry<String, byte[]> older(ByteBuffer page) throws IOException {
        page.getInt(); // the slot, which is another then
        String key = text(page);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream row = new DataOutputStream(bytes);
        row.writeByte(1);
        row.writeLong(page.getLong());
        row.writeLong(page.getLong());
        row.writeInt(page.getInt());
        row.writeLong(page.getLong());
        byte complete = page.get();
        assertThat(complete).as("there are more records").isZero();
        row.writeByte(complete);
        row.writeDouble(page.getDouble());
        String bound = text(page);
        assertThat(bound).startsWith(ID);
        row.writeUTF(bound);
        int known = page.getInt();
        assertThat(known).isBetween(1, RECORDS - 1);
        row.writeInt(known);
        for (int i = 0; i < known; i++) {
            row.writeInt(page.getInt());
            row.writeDouble(Double.NaN); // not believed
        }
        return Map.entry(key, bytes.toByteArray());
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void restore(StandingShard shard, ShardStore.Part part, Rows rows) {
        List<String> keys = new ArrayList<>(rows.of(part).keySet());
        keys.sort((a, b) -> b.compareTo(a)); // queries get other slots than they had
        keys.forEach(key -> shard.restore(part, key, rows.of(part).get(key)));
    }

    /** Takes away what is nearest again and again, and puts some back. */
    private static void goOn(StandingShard shard) {
        long time = 10;
        for (int i = 0; i < RECORDS - 5; i++) {
            shard.next(
                    IndexChange.deleted(
                            new RecordKey(7, ID + i), new Version(time, 0, RECORDS + i)));
            if (i % 4 == 3) {
                shard.next(record(100 + i, 40 + i, time + 1));
            }
            time += 10;
            shard.advance(time);
        }
    }

    @Test
    void severalWithBoundsGoOnInOtherSlots() throws Exception {
        List<Difference> told = new ArrayList<>();
        StandingShard shard = shard(told);
        for (int i = 0; i < RECORDS; i++) {
            shard.next(record(i, i, 1));
        }
        register(shard, "a", 0, 2);
        register(shard, "b", 20, 3);
        register(shard, "c", 60, 1);
        shard.advance(3);
        Rows rows = new Rows();
        shard.flush(rows);
        ByteBuffer page = ByteBuffer.wrap(rows.of(ShardStore.Part.PAGES).get("0"));
        assertThat(page.get()).as("format").isEqualTo((byte) 1);
        for (int left = page.getInt(); left > 0; left--) {
            Map.Entry<String, byte[]> row = older(page);
            rows.put(ShardStore.Part.ANSWERS, row.getKey(), row.getValue());
        }
        assertThat(rows.of(ShardStore.Part.ANSWERS)).hasSize(3);

        List<Difference> toldByOther = new ArrayList<>();
        StandingShard other = shard(toldByOther);
        restore(other, ShardStore.Part.RECORDS, rows);
        restore(other, ShardStore.Part.QUERIES, rows);
        restore(other, ShardStore.Part.ANSWERS, rows);
        other.restored();
        told.clear();
        goOn(shard);
        goOn(other);

        assertThat(told).hasSizeGreaterThan(RECORDS - 5);
        assertThat(ofQuery(toldByOther, "a")).isEqualTo(ofQuery(told, "a"));
        assertThat(ofQuery(toldByOther, "b")).isEqualTo(ofQuery(told, "b"));
        assertThat(ofQuery(toldByOther, "c")).isEqualTo(ofQuery(told, "c"));
    }

    private static List<Difference> ofQuery(List<Difference> told, String id) {
        return told.stream().filter(each -> each.query().id().equals(id)).toList();
    }
}
