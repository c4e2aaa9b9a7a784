package io.nearstream.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkJoinTest {
    private static final int DIMENSIONS = 8;

    /** Every tenth is near the one before it. */
    private static List<byte[]> rows(int count) {
        Random random = new Random(1);
        List<byte[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] row = new byte[DIMENSIONS];
            random.nextBytes(row);
            if (i % 10 == 9) {
                row = rows.get(i - 1).clone();
                row[i % DIMENSIONS] ^= 1;
            }
            rows.add(row);
        }
        return rows;
    }

    @Test
    void truePairsAreTheNearest() {
        TruePairs truth = TruePairs.of(rows(200), 20);
        Set<Long> expected = new HashSet<>();
        for (int i = 9; i < 200; i += 10) {
            expected.add(TruePairs.pair(i, i - 1));
        }
        assertThat(truth.pairs()).isEqualTo(expected);
        assertThat(truth.eps()).isGreaterThan(1);
        assertThat(truth.recall(Set.of(TruePairs.pair(8, 9)))).isEqualTo(1 / 20.0);
    }

    @Test
    void truePairsAreReadBackOfTheRowsTheyAreOf(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("pairs.tsv");
        Files.writeString(file, "# all pairs of 9 vectors within 4.0\n1\t2\t1\n3\t4\t2\n5\t6\t4\n");
        TruePairs truth = TruePairs.read(file, 9, 2);
        assertThat(truth)
                .isEqualTo(new TruePairs(3, Set.of(TruePairs.pair(1, 2), TruePairs.pair(3, 4))));
        assertThatThrownBy(() -> TruePairs.read(file, 8, 2)).hasMessageContaining("8 vectors");
        assertThatThrownBy(() -> TruePairs.read(file, 9, 3)).hasMessageContaining("3 are known");
    }

    @Test
    void imagesAreReadAndRowsWritten(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("images");
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            for (int number : new int[] {0x803, 2, 1, 2}) {
                out.writeInt(number);
            }
            out.write(new byte[] {1, 2, 3, (byte) 200});
        }
        List<byte[]> rows = Images.read(file, 2);
        assertThat(rows).containsExactly(new byte[] {1, 2}, new byte[] {3, (byte) 200});
        assertThatThrownBy(() -> Images.read(file, 3)).hasMessageContaining("has 2 rows");
        Path written = directory.resolve("rows.bvecs");
        Images.write(rows, written);
        assertThat(Files.readAllBytes(written))
                .containsExactly(2, 0, 0, 0, 1, 2, 2, 0, 0, 0, 3, 200);
    }

    @Test
    void sparkFindsWhatHasAHashInCommonAndIsStoppedInTime(@TempDir Path scratch)
            throws InterruptedException {
        List<byte[]> rows = rows(400);
        TruePairs truth = TruePairs.of(rows, 40);
        try (SparkJoin spark = new SparkJoin(2, 2, scratch)) {
            Dataset<Row> data = spark.cached(rows);
            SparkRun run = spark.run(data, new Setting(3, 2), truth, 300);
            assertThat(run.failure()).isEmpty();
            assertThat(run.recall()).isEqualTo(run.reachable()).isPositive();
            assertThat(run.joinedRows()).isBetween(3 * 400L, 3 * 400L * 400);
            SparkRun all = spark.run(data, new Setting(1, 10_000), truth, 300);
            assertThat(all.recall()).isEqualTo(1);
            SparkRun stopped = spark.run(data, new Setting(1, 10_000), truth, 0);
            assertThat(stopped.outcome()).isEqualTo(SparkRun.Outcome.STOPPED);
            assertThat(stopped.reachable()).isEqualTo(1);
        }
    }

    private static SparkRun spark(int tables, double recall, SparkRun.Outcome outcome, double s) {
        boolean ended = outcome == SparkRun.Outcome.ENDED;
        return new SparkRun(
                new Setting(tables, 1),
                1,
                recall,
                outcome,
                s,
                ended ? recall : 0,
                ended ? "" : outcome.toString());
    }

    private static Comparison at(List<NearstreamJoin> ours, SparkRun... spark) {
        return new Comparison(9, new TruePairs(1, Set.of(1L)), .99, 30, ours, List.of(spark));
    }

    @Test
    void theRatioIsOfTheFastestSettingWithTheRecallOrABound() {
        List<NearstreamJoin> ours =
                List.of(new NearstreamJoin(.5, .98, 1), new NearstreamJoin(1, 1, 2));
        SparkRun fast = spark(1, .5, SparkRun.Outcome.ENDED, 1);
        SparkRun slow = spark(2, 1, SparkRun.Outcome.ENDED, 12);
        SparkRun stopped = spark(3, 1, SparkRun.Outcome.STOPPED, 30);
        SparkRun failed = spark(4, 1, SparkRun.Outcome.FAILED, 90);
        Comparison both = at(ours, fast, slow, stopped, failed);
        assertThat(both.best()).contains(slow);
        assertThat(both.ratio()).isEqualTo("6.0");
        assertThat(both.table())
                .contains("stopped after 30.0: STOPPED", "failed after 90.0: FAILED")
                .contains("ours: nearstream batch join --visiting 1.0. Spark's best: 2 tables");
        assertThat(at(ours, fast, stopped, failed).ratio()).startsWith("more than 15.0");
        assertThat(at(ours, fast).ratio()).isEqualTo("no setting of Spark has the recall");
        assertThat(at(ours, fast, failed).ratio())
                .isEqualTo("every setting of Spark with the recall failed");
        assertThat(at(ours.subList(0, 1), slow).ratio())
                .isEqualTo("none of our runs has the recall");
    }

    /** One of .98 is not to be compared with what is needed for .99. */
    @Test
    void eachRunOfOursIsComparedAtItsOwnRecall() {
        NearstreamJoin half = new NearstreamJoin(.5, .98, 1);
        NearstreamJoin most = new NearstreamJoin(.7, .999, 3);
        SparkRun quick = spark(1, .985, SparkRun.Outcome.ENDED, 4);
        SparkRun slow = spark(2, .999, SparkRun.Outcome.ENDED, 12);
        Comparison both = at(List.of(half, most), quick, slow);
        assertThat(both.ratio(half)).isEqualTo("4.0");
        assertThat(both.ratio(most)).isEqualTo("4.0");
        assertThat(both.table())
                .contains("| 0.9800 | | 1.0 | 1 tables, bucket length 1.000, 0.9850 in 4.0 s");
        assertThat(both.document().get("nearstream").toString()).contains("ratio_in_words=4.0");
        assertThat(at(List.of(half), slow, quick).ratio(half)).isEqualTo("4.0");
        assertThat(at(List.of(half), slow).ratio(half)).isEqualTo("12.0");
    }
}
