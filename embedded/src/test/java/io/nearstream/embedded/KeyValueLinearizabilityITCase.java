package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.ClientOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.Version;
import io.nearstream.embedded.testing.KeyClients;
import io.nearstream.embedded.testing.RegisterChecker;
import io.nearstream.embedded.testing.RegisterHistory;
import io.nearstream.embedded.testing.RegisterHistory.Kind;
import io.nearstream.embedded.testing.RegisterHistory.Operation;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * TaskManagers die while clients read and write the same keys: to them each key is one register
 * that never fails, only sometimes does not answer.
 */
@Timeout(240)
class KeyValueLinearizabilityITCase {
    private static final int HISTORIES_MIN = 100;
    private static final int KEYS = 112;
    private static final int KILLS = 2;

    /** So that every key is asked many times between kills. */
    private static final int CALLS_BETWEEN = 12 * KEYS;

    @TempDir private Path dir;

    @Test
    void everyKeyIsOneRegisterWhateverDies() {
        Property.holds(1, this::killUnderClients);
    }

    private void killUnderClients(SplittableRandom random) throws Exception {
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(EmbeddedOptions.in(dir).withCluster(2, 2, 2));
                NearstreamClient hasty = connect(nearstream, Duration.ofMillis(300));
                NearstreamClient restless = connect(nearstream, Duration.ofSeconds(1));
                NearstreamClient patient = connect(nearstream, Duration.ofSeconds(30));
                NearstreamClient alsoPatient = connect(nearstream, Duration.ofSeconds(30))) {
            KeyClients keys =
                    new KeyClients("register-", KEYS, hasty, restless, patient, alsoPatient);

            keys.start(random);
            List<Long> kills = new ArrayList<>();
            for (int kill = 0; kill < KILLS; kill++) {
                keys.awaitMore(CALLS_BETWEEN);
                kills.add(keys.now());
                // The jobs fill all slots: whichever TaskManager dies, each job loses subtasks.
                Kills.killAndReplace(nearstream, kill);
            }
            keys.awaitMore(CALLS_BETWEEN);
            keys.stop();
            assertThat(keys.unknown()).as("calls that nobody was told about").isPositive();
            assertRegisters(keys.histories(), kills);
            assertLiesAreFound(keys.histories());
        }
    }

    private static NearstreamClient connect(EmbeddedNearstream nearstream, Duration deadline) {
        return NearstreamClient.connect(
                ClientOptions.of(nearstream.bootstrap()).withKeyValues(deadline, 1_000));
    }

    private static void assertRegisters(List<List<Operation>> histories, List<Long> kills) {
        assertThat(histories).hasSizeGreaterThanOrEqualTo(HISTORIES_MIN);
        for (List<Operation> history : histories) {
            for (long kill : kills) {
                assertThat(history)
                        .as("told before and after each kill")
                        .anyMatch(call -> !call.open() && call.ended() < kill)
                        .anyMatch(call -> !call.open() && call.began() > kill);
            }
            assertThat(RegisterChecker.violation(history)).isEmpty();
        }
    }

    /** With one answer changed, the histories of the same run are refused. */
    private static void assertLiesAreFound(List<List<Operation>> histories) {
        int lies = 0;
        for (List<Operation> history : histories) {
            Optional<List<Operation>> lie = lie(history);
            if (lie.isPresent()) {
                assertThat(RegisterChecker.violation(lie.get())).isPresent();
                lies++;
            }
        }
        assertThat(lies).isGreaterThanOrEqualTo(HISTORIES_MIN);
    }

    /** The last read that can lie finds what another read found before a put that was over. */
    private static Optional<List<Operation>> lie(List<Operation> history) {
        for (int i = history.size() - 1; i >= 0; i--) {
            Operation read = history.get(i);
            Optional<Operation> older =
                    read.kind() == Kind.READ && !read.open()
                            ? outdated(history, read.began())
                            : Optional.empty();
            if (older.isPresent()) {
                List<Operation> lie = new ArrayList<>(history);
                lie.set(i, read.answering(older.get().answer().orElseThrow()));
                return Optional.of(lie);
            }
        }
        return Optional.empty();
    }

    /** A read of a value that was certainly replaced before a moment. */
    private static Optional<Operation> outdated(List<Operation> history, long moment) {
        Version newest =
                history.stream()
                        .filter(call -> call.kind() == Kind.PUT && call.ended() < moment)
                        .filter(call -> call.answer().orElseThrow().applied())
                        .map(call -> call.answer().orElseThrow().version().orElseThrow())
                        .max(Comparator.naturalOrder())
                        .orElse(Version.NONE);
        return history.stream()
                .filter(call -> call.kind() == Kind.READ)
                .filter(
                        call ->
                                call.answer()
                                        .flatMap(RegisterHistory.Answer::version)
                                        .filter(newest::isNewerThan)
                                        .isPresent())
                .findAny();
    }
}
