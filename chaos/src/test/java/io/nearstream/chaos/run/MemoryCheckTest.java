package io.nearstream.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.chaos.fault.MemoryUse;
import io.nearstream.chaos.fault.Node;
import io.nearstream.chaos.fault.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryCheckTest {
    private static final long MIB = 1 << 20;
    private static final List<Node> NODES =
            List.of(
                    new Node("broker-1", Role.BROKER),
                    new Node("taskmanager-1", Role.TASKMANAGER),
                    new Node("taskmanager-2", Role.TASKMANAGER));

    private static Optional<MemoryUse> use(long heap, long classes) {
        return Optional.of(new MemoryUse(heap * MIB, classes * MIB, 0));
    }

    private final MemoryCheck check =
            MemoryCheck.begin(
                    NODES,
                    Map.of(
                            "broker-1", use(100, 50),
                            "taskmanager-1", use(200, 100),
                            "taskmanager-2", use(20, 60)));

    @Test
    void theLoadMayMoveToAnotherNodeOfTheRole() {
        assertThat(
                        check.grown(
                                Map.of(
                                        "taskmanager-1",
                                        use(20, 60),
                                        "taskmanager-2",
                                        use(210, 100))))
                .isEmpty();
    }

    @Test
    void whatHoldsOnToMoreIsNamed() {
        assertThat(check.grown(Map.of("broker-1", use(182, 50), "taskmanager-2", use(333, 182))))
                .containsExactly(
                        "memory of taskmanager-2 is not flat: heap after a collection was at most 200 MiB in its role before the faults, and is 333 MiB after them");
        assertThat(check.grown(Map.of("broker-1", use(183, 50), "taskmanager-2", use(200, 183))))
                .hasSize(2)
                .anyMatch(line -> line.contains("broker-1") && line.contains("heap"))
                .anyMatch(line -> line.contains("taskmanager-2") && line.contains("classes"));
    }

    @Test
    void whoDoesNotSayIsNamed() {
        assertThat(check.grown(Map.of("broker-1", Optional.empty())))
                .containsExactly("broker-1 did not say what it holds on to after the faults");
        assertThat(
                        MemoryCheck.begin(NODES, Map.of("taskmanager-1", Optional.empty()))
                                .grown(Map.of("taskmanager-1", use(1_000, 1))))
                .containsExactly("taskmanager-1 did not say what it holds on to before the faults");
    }

    @Test
    void tellsWhatWasLookedAt() {
        Map<String, Optional<MemoryUse>> after = Map.of("broker-1", use(1, 2));
        assertThat(check.told(after))
                .containsEntry("broker-1", new Report.Memory(use(100, 50).get(), use(1, 2).get()))
                .containsEntry("taskmanager-2", new Report.Memory(use(20, 60).get(), null));
    }
}
