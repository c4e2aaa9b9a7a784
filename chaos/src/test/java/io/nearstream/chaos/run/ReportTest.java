package io.nearstream.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nearstream.chaos.check.Checker;
import io.nearstream.chaos.check.Findings;
import io.nearstream.chaos.check.WrittenLog;
import io.nearstream.chaos.fault.Fault;
import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.FaultRunner.Injected;
import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.History;
import io.nearstream.chaos.history.Journal;
import io.nearstream.chaos.history.JournalReader;
import io.nearstream.chaos.history.Position;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is counted of a small journal, and how it is told. */
class ReportTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Answer COMPLETE =
            new Answer.Found(true, 0, List.of(new Answer.Hits(List.of(), false)));
    private static final Answer PARTIAL =
            new Answer.Found(false, 0, List.of(new Answer.Hits(List.of(), false)));

    private final AtomicLong clock = new AtomicLong();

    @TempDir private Path dir;

    @Test
    void gapsAndSharesAreOfTheLoadAlone() {
        Service service = service(new Answer.Acked(new Position(0, 0), 1));
        assertThat(service.operations().get(Service.PROBES)).isEqualTo(new Service.Count(5, 4));
        assertThat(service.operations().get(Service.VECTOR_WRITES))
                .isEqualTo(new Service.Count(1, 1));
        assertThat(service.operations().get(Service.KEY_OPERATIONS))
                .isEqualTo(new Service.Count(1, 0));
        assertThat(service.longestGapSeconds()).isCloseTo(17, within(1e-9));
        // The kill at 3 s touches the gaps until 14 s, the delay at 20 s the one from 5 to 22 s.
        assertThat(service.recoverySeconds()).containsExactly(17.0, 17.0);
        assertThat(service.recovery(0.5)).isEqualTo(17);
        assertThat(service.unserved())
                .isEqualTo(Map.of("probes: partial", 1L, "key_operations: # of # late", 1L));
    }

    @Test
    void theVerdictHasItsKeysAndItsExitCode() throws Exception {
        Report report = report(new Answer.Acked(new Position(0, 99), 1));
        JsonNode json = JsonMapper.builder().build().readTree(report.toJson());
        assertThat(json.path("lost").asLong()).isEqualTo(1);
        assertThat(json.path("passed").asBoolean()).isFalse();
        assertThat(report.exitCode()).isEqualTo(1);
        for (String zero :
                List.of("duplicates", "phantoms", "corrupt", "resurrected", "wrong_answers")) {
            assertThat(json.path(zero).isNumber()).as(zero).isTrue();
            assertThat(json.path(zero).asLong()).as(zero).isZero();
        }
        assertThat(json.path("faults_injected").path("kill-broker").asInt()).isEqualTo(1);
        assertThat(json.path("faults_left_out").path("partition").asText()).isEqualTo("needs root");
        assertThat(json.path("longest_gap_s").asDouble()).isEqualTo(17);
        assertThat(json.path("recovery_s").path("p99").asDouble()).isEqualTo(17);
        assertThat(json.path("operations").path("probes").path("attempted").asLong()).isEqualTo(5);
        assertThat(report.toTable())
                .contains("lost 1 ")
                .contains("left out: partition (needs root)")
                .contains("lost: write 6 was acknowledged at ");
    }

    @Test
    void aResultsFileKnowsHowASeedWent() throws Exception {
        Path file = dir.resolve("results");
        ResultsFile results = new ResultsFile(file);
        assertThat(results.passed("abc", 42)).isEmpty();
        Report run = report(new Answer.Unknown(""));
        results.add(run);
        assertThat(results.passed("abc", 42)).contains(run.passed());
        assertThat(results.passed("abc", 43)).isEmpty();
        assertThat(results.passed("another", 42)).isEmpty();
    }

    @Test
    void aLineThatAKilledRunLeftHalfWrittenDoesNotCount() throws Exception {
        Path file = dir.resolve("results");
        ResultsFile results = new ResultsFile(file);
        Report run = report(new Answer.Unknown(""));
        results.add(run);
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, whole.length() / 2));
        assertThat(results.passed("abc", 42)).isEmpty();

        results.add(run);
        assertThat(Files.readString(file)).isEqualTo(whole);
        assertThat(results.passed("abc", 42)).isPresent();
    }

    private Report report(Answer toWrite) {
        Service service = service(toWrite);
        Findings findings =
                new Checker(Duration.ofDays(1))
                        .check(
                                JournalReader.open(dir.resolve("journal")),
                                new WrittenLog(List.of(), List.of()));
        return Report.of(
                new Report.Run(
                        42,
                        0.5,
                        "abc",
                        List.of(fault(FaultKind.KILL_BROKER, 3, 4)),
                        Map.of(FaultKind.PARTITION, "needs root"),
                        0,
                        1,
                        Map.of()),
                findings,
                service,
                List.of());
    }

    /** Probes that are answered at 2, 5, 22 and 24 s, one partly, one after the load. */
    private Service service(Answer toWrite) {
        Path path = dir.resolve("journal");
        History.Subject subject = new History.Subject(1, "c", "k");
        try (Journal journal = Journal.create(path, subject, clock::get)) {
            for (int second : List.of(2, 5, 22)) {
                probe(journal, second, COMPLETE, false);
            }
            probe(journal, 23, PARTIAL, false);
            probe(journal, 24, COMPLETE, false);
            journal.end(journal.begin(new Ask.PutVector("v")), toWrite);
            journal.end(
                    journal.begin(new Ask.ReadKey("k", true, false)),
                    new Answer.Unknown("12 of 'x' late"));
            probe(journal, 60, COMPLETE, true);
        }
        List<Injected> faults =
                List.of(
                        fault(FaultKind.KILL_TASKMANAGER, 3, 4),
                        fault(FaultKind.NET_DELAY, 20, 21),
                        fault(FaultKind.POISON, 20, 21));
        return Service.of(JournalReader.open(path), faults, 0, 25 * SECOND);
    }

    private void probe(Journal journal, long second, Answer answer, boolean last) {
        clock.set(second * SECOND - 1);
        Journal.Begun begun = journal.begin(new Ask.Search(List.of(1L), 1, false, 0, last));
        clock.set(second * SECOND);
        journal.end(begun, answer);
    }

    private static Injected fault(FaultKind kind, int from, int until) {
        Fault fault =
                new Fault(
                        1, kind, Duration.ofSeconds(from), Duration.ofSeconds(until - from), "", 1);
        return new Injected(fault, from * SECOND, until * SECOND, "", "");
    }
}
