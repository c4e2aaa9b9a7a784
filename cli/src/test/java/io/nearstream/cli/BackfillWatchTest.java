package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.cluster.BackfillReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class BackfillWatchTest {
    private static final Optional<BackfillReport> NO_JOB = Optional.empty();

    private final Deque<Optional<BackfillReport>> reports = new ArrayDeque<>();
    private final StringWriter said = new StringWriter();
    private long nanos;

    private static Optional<BackfillReport> read(long rows, OptionalLong total, boolean ended) {
        return Optional.of(new BackfillReport("c", rows, total, ended));
    }

    private static Optional<BackfillReport> of1000(long rows) {
        return read(rows, OptionalLong.of(1_000), false);
    }

    private static Optional<BackfillReport> ended(long rows) {
        return read(rows, OptionalLong.empty(), true);
    }

    /** Each look gives one report; the last one for ever. */
    private List<String> watch(List<Optional<BackfillReport>> looks) throws Exception {
        reports.addAll(looks);
        BackfillWatch.Time time =
                new BackfillWatch.Time() {
                    @Override
                    public long nanos() {
                        return nanos;
                    }

                    @Override
                    public void pass(long ms) {
                        nanos += ms * 1_000_000;
                    }
                };
        new BackfillWatch(
                        () -> reports.size() > 1 ? reports.remove() : reports.element(),
                        new PrintWriter(said),
                        time)
                .watch();
        return said.toString().lines().toList();
    }

    @Test
    void theEndIsToldWithAllRowsThatWereRead() throws Exception {
        // Figures are older than the end.
        assertThat(watch(List.of(of1000(0), of1000(400), ended(900), ended(1_000))))
                .containsExactly(
                        "backfill of c: its files have been read to their end: 1,000 rows in about 1 s, also those that were refused or that newer writes replaced. Searches with --strong see all others.");
    }

    @Test
    void figuresThatDoNotComeAreNotAwaitedForLong() throws Exception {
        assertThat(watch(List.of(of1000(0), ended(900))))
                .singleElement()
                .asString()
                .contains(": 900 rows in about 1 s");
        assertThat(nanos).isBetween(5_000_000_000L, 7_000_000_000L);
    }

    @Test
    void filesThatHadEndedNeedNotBeGivenAgain() throws Exception {
        assertThat(watch(List.of(ended(1_000))))
                .containsExactly(
                        "backfill of c: its files have been read to their end; --backfill can be left out");
    }

    @Test
    void aLineComesEveryTenSeconds() throws Exception {
        for (int i = 0; i < 45; i++) {
            reports.add(of1000(i));
        }
        assertThat(watch(List.of(ended(1_000), ended(1_000))))
                .hasSize(3)
                .startsWith(
                        "backfill of c: 21 of 1,000 rows read",
                        "backfill of c: 42 of 1,000 rows read");
    }

    /** It was watched for ever. */
    @Test
    void aJobThatIsGoneIsNotWatched() throws Exception {
        assertThat(watch(List.of(of1000(0), of1000(7), NO_JOB)))
                .containsExactly(
                        "backfill of c: 7 of 1,000 rows read; the ingest job does not run any more");
        assertThat(watch(List.of(NO_JOB))).hasSize(1);
    }
}
