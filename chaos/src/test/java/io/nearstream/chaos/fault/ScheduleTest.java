package io.nearstream.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.chaos.fault.FaultKind.Lane;
import io.nearstream.testing.Property;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final List<Node> NODES =
            List.of(
                    new Node("broker-1", Role.BROKER),
                    new Node("jm-1", Role.JOBMANAGER),
                    new Node("tm-1", Role.TASKMANAGER),
                    new Node("tm-2", Role.TASKMANAGER),
                    new Node("client-1", Role.CLIENT));
    private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);
    private static final Duration LONG = Duration.ofMinutes(30);

    @Test
    void aSeedRepeatsItsSchedule() {
        Property.holds(
                random -> {
                    long seed = random.nextLong();
                    Schedule drawn = Schedule.draw(seed, LONG, ALL, NODES);
                    assertThat(Schedule.draw(seed, LONG, ALL, NODES)).isEqualTo(drawn);
                    assertThat(Schedule.draw(seed + 1, LONG, ALL, NODES)).isNotEqualTo(drawn);
                    assertThat(drawn.toString().lines()).hasSameSizeAs(drawn.faults());
                });
    }

    @Test
    void faultsOfALaneDoNotOverlapAndEveryKindComes() {
        Property.holds(
                random -> {
                    Schedule drawn = Schedule.draw(random.nextLong(), LONG, ALL, NODES);
                    for (Lane lane : Lane.values()) {
                        Duration free = Schedule.LEAD;
                        for (Fault fault : drawn.of(lane)) {
                            assertThat(fault.start()).isGreaterThan(free);
                            assertThat(fault.duration())
                                    .isBetween(fault.kind().shortest(), fault.kind().longest());
                            free = fault.end();
                        }
                        assertThat(free).isLessThanOrEqualTo(LONG);
                    }
                    assertThat(drawn.faults().stream().map(Fault::kind).collect(Collectors.toSet()))
                            .isEqualTo(ALL);
                });
    }

    @Test
    void aFaultIsDoneToANodeOfItsRoleOnly() {
        List<Node> few = List.of(new Node("tm-7", Role.TASKMANAGER));
        for (Fault fault : Schedule.draw(3, LONG, ALL, few).faults()) {
            assertThat(fault.kind().roles().isEmpty())
                    .isNotEqualTo(fault.kind().roles().contains(Role.TASKMANAGER));
            assertThat(fault.node()).isEqualTo(fault.kind().roles().isEmpty() ? "" : "tm-7");
        }
    }

    @Test
    void namesAreParsedAndUnknownOnesRefused() {
        String names =
                Arrays.stream(FaultKind.values())
                        .map(FaultKind::key)
                        .collect(Collectors.joining(","));
        assertThat(FaultKind.parse(names)).isEqualTo(ALL);
        assertThat(FaultKind.parse("net-half-open, kill-broker"))
                .containsExactlyInAnyOrder(FaultKind.NET_HALF_OPEN, FaultKind.KILL_BROKER);
        assertThatThrownBy(() -> FaultKind.parse("kill-broker,kill-cat"))
                .hasMessageStartingWith("'--faults' must be names of kill-taskmanager, ")
                .hasMessageEndingWith("but 'kill-cat' is none.");
    }

    @Test
    void whatCannotBeDoneIsLeftOutWithTheReason() {
        Injector some =
                new Scripted(Set.of(FaultKind.PARTITION, FaultKind.KILL_BROKER, FaultKind.POISON));
        Selection selection =
                Selection.of(
                        ALL,
                        new Machine(Set.of(Need.ROOT)),
                        List.of(some),
                        List.of(new Node("tm-1", Role.TASKMANAGER)));
        assertThat(selection.kinds()).containsExactly(FaultKind.POISON);
        assertThat(selection.leftOut())
                .hasSize(ALL.size() - 1)
                .containsEntry(FaultKind.PARTITION, "needs network namespaces")
                .containsEntry(FaultKind.CPU_STARVE, "needs writable control groups (version 1)")
                .containsEntry(FaultKind.KILL_BROKER, "there is no such node")
                .containsEntry(FaultKind.HOT_KEYS, "this system offers no way to do it");
    }

    @Test
    void theMachineSaysWhatItHas() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        assertThat(Machine.here().has().contains(Need.ROOT)).isEqualTo(root);
    }
}
