package io.nearstream.core.standing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rows of a shard lie in savepoints: their bytes are read for ever. */
class ShardRowsTest {
    private static final String RECORD =
            "0100000000000000000000000100000002000000000000000300000000000000090000000000000001000161000000020506";
    private static final String QUERY =
            "0100000000000000010000000200000000000000030000000000000001000000020000000000000003000000000000000500000007402000000000000000000009000000010001610000000000000000000000020506";
    private static final String PAGE =
            "01000000010000000000000003732f7100000000000000010000000000000002000000018000000000000000010000000000000000000000000000000100000000";

    /** As it was written before there were pages. */
    private static final String ANSWER =
            "0100000000000000010000000000000002000000018000000000000000010000000000000000000000000001000000000000000000000000";

    @Test
    void aRowOfAnotherFormatIsRefused() {
        StandingShard shard = shard(new ArrayList<>());
        byte[] row = HexFormat.of().parseHex(RECORD);
        row[0] = 2;
        assertThatThrownBy(() -> shard.restore(ShardStore.Part.RECORDS, "a", row))
                .hasMessageStartingWith("A row of a shard has format 2, but this version reads 1.");
        byte[] page = HexFormat.of().parseHex(PAGE);
        page[0] = 2;
        assertThatThrownBy(() -> shard.restore(ShardStore.Part.PAGES, "0", page))
                .hasMessageStartingWith(
                        "A page of answers has format 2, but this version reads 1.");
    }

    private static StandingShard shard(List<Difference> told) {
        return new StandingShard(
                new StandingRules(
                        VectorSpace.of(Metric.L2, Encoding.UINT8, 2),
                        StandingCells.single(),
                        10,
                        10,
                        10),
                Long.MIN_VALUE,
                told::add);
    }

    private static void flush(StandingShard shard, Map<String, String> rows) throws Exception {
        shard.flush(
                new ShardStore() {
                    @Override
                    public void put(Part part, String key, byte[] row) {
                        rows.put(part + " " + key, HexFormat.of().formatHex(row));
                    }

                    @Override
                    public void remove(Part part, String key) {
                        rows.remove(part + " " + key);
                    }

                    @Override
                    public void putWaiting(Registration registration) {
                        rows.put("WAITING " + registration.name().key(), "");
                    }

                    @Override
                    public void removeWaiting(int partition, long offset) {
                        assertThat(partition + "/" + offset).isEqualTo("2/3");
                    }
                });
    }

    @Test
    void rowsHaveTheseBytes() throws Exception {
        StandingShard shard = shard(new ArrayList<>());
        shard.next(
                new IndexChange(
                        new RecordKey(7, "a"),
                        false,
                        new Version(1, 2, 3),
                        new byte[] {5, 6},
                        new int[0],
                        0,
                        0,
                        List.of("a"),
                        new byte[0],
                        1,
                        9));
        StandingQuery query =
                new StandingQuery(
                        new byte[] {5, 6},
                        7,
                        8,
                        new LabelFilter(List.of("a"), List.of(), List.of()),
                        9);
        shard.register(
                Registration.of(new QueryName("s", "q"), new Version(1, 2, 3), query, 4, false));
        shard.advance(2);
        Map<String, String> rows = new LinkedHashMap<>();
        flush(shard, rows);
        assertThat(rows)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("RECORDS a", RECORD, "QUERIES s/q", QUERY, "PAGES 0", PAGE));
    }

    @Test
    void aShardGoesOnFromThem() {
        List<Difference> told = new ArrayList<>();
        StandingShard shard = shard(told);
        restore(shard, ShardStore.Part.RECORDS, "a", RECORD);
        restore(shard, ShardStore.Part.PAGES, "0", PAGE);
        restore(shard, ShardStore.Part.QUERIES, "s/q", QUERY);
        assertGoesOn(shard, told);
    }

    @Test
    void aShardGoesOnFromOlderOnesAndWritesThemAnew() throws Exception {
        List<Difference> told = new ArrayList<>();
        StandingShard shard = shard(told);
        restore(shard, ShardStore.Part.RECORDS, "a", RECORD);
        restore(shard, ShardStore.Part.QUERIES, "s/q", QUERY);
        restore(shard, ShardStore.Part.ANSWERS, "s/q", ANSWER);
        shard.restored();
        Map<String, String> rows = new LinkedHashMap<>(Map.of("ANSWERS s/q", ANSWER));
        flush(shard, rows);
        assertThat(rows).containsExactly(Map.entry("PAGES 0", PAGE));
        assertGoesOn(shard, told);
    }

    @Test
    void partsThatDoNotAgreeAreRefused() {
        StandingShard noAnswer = shard(new ArrayList<>());
        restore(noAnswer, ShardStore.Part.RECORDS, "a", RECORD);
        restore(noAnswer, ShardStore.Part.PAGES, "0", PAGE);
        assertThatThrownBy(() -> restore(noAnswer, ShardStore.Part.QUERIES, "s/other", QUERY))
                .hasMessage("The state has the query 's/other', but not what it knew.");
        assertThatThrownBy(noAnswer::restored)
                .hasMessage("The state has answers of queries that it does not have: s/q.");
    }

    private static void restore(StandingShard shard, ShardStore.Part part, String key, String row) {
        shard.restore(part, key, HexFormat.of().parseHex(row));
    }

    private static void assertGoesOn(StandingShard shard, List<Difference> told) {
        shard.restored();
        shard.next(IndexChange.deleted(new RecordKey(7, "a"), new Version(3, 0, 0)));
        shard.advance(10);
        assertThat(told)
                .extracting(Difference::kind, Difference::sequence, Difference::removed)
                .containsExactly(
                        tuple(Difference.Kind.CHANGE, 2L, List.of("a")),
                        tuple(Difference.Kind.ENDED, 3L, List.of()));
    }
}
