package io.nearstream.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void whatIsLeftIsAsLongAsItWasBefore() {
        Schedule schedule = new Schedule(List.of("a", "b", "c"), 2);

        assertThat(schedule.next("a", 0)).isEqualTo("1 of 6: a, round 1");
        schedule.took("a", 60);
        assertThat(schedule.next("b", 0)).isEqualTo("2 of 6: b, round 1; about 5 min left");
        schedule.took("b", 600);
        assertThat(schedule.next("c", 0))
                .as("a 1, b 10, c 5.5 minutes twice")
                .isEqualTo("3 of 6: c, round 1; about 22 min left");
        schedule.took("c", 0);
        schedule.absent("b");
        assertThat(schedule.next("c", 1)).isEqualTo("5 of 6: c, round 2; about 1 min left");
    }
}
