package io.nearstream.core.standing;

import static org.assertj.core.api.Assertions.assertThat;
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
            "00000000000000000000000100000002000000000000000300000000000000090000000000000001000161000000020506";
    private static final String QUERY =
            "00000000000000010000000200000000000000030000000000000001000000020000000000000003000000000000000500000007402000000000000000000009000000010001610000000000000000000000020506";
    private static final String ANSWER =
            "00000000000000010000000000000002000000008000000000000000010000000000000000000000000001000000000000000000000000";

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

    private static Map<String, String> rows(StandingShard shard) throws Exception {
        Map<String, String> rows = new LinkedHashMap<>();
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
                });
        return rows;
    }

    @Test
    void rowsHaveTheseBytes() throws Exception {
        StandingShard shard = shard(new ArrayList<>());
        shard.change(
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
        assertThat(rows(shard))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("RECORDS a", RECORD, "QUERIES s/q", QUERY, "ANSWERS s/q", ANSWER));
    }

    @Test
    void aShardGoesOnFromThem() {
        List<Difference> told = new ArrayList<>();
        StandingShard shard = shard(told);
        shard.restore(ShardStore.Part.RECORDS, "a", HexFormat.of().parseHex(RECORD));
        shard.restore(ShardStore.Part.QUERIES, "s/q", HexFormat.of().parseHex(QUERY));
        shard.restore(ShardStore.Part.ANSWERS, "s/q", HexFormat.of().parseHex(ANSWER));
        shard.restored();
        shard.change(IndexChange.deleted(new RecordKey(7, "a"), new Version(3, 0, 0)));
        shard.advance(10);
        assertThat(told)
                .extracting(Difference::kind, Difference::sequence, Difference::removed)
                .containsExactly(
                        tuple(Difference.Kind.CHANGE, 2L, List.of("a")),
                        tuple(Difference.Kind.ENDED, 3L, List.of()));
    }
}
