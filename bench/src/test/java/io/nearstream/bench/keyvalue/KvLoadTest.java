package io.nearstream.bench.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KvLoadTest {
    private static final KvLoad C = KvLoad.of(Workload.C);

    @Test
    void distributionsAreTheWorkloadsOwn() {
        assertThat(KvLoad.of(Workload.D).distribution()).isEqualTo(Distribution.LATEST);
        assertThat(KvLoad.of(Workload.A).distribution()).isEqualTo(Distribution.ZIPFIAN);
    }

    @Test
    void whatIsOutOfRangeNamesTheOptionTheRangeAndTheValue() {
        assertThatThrownBy(() -> C.sized(0, 1, 100))
                .hasMessage("--records must be between 1 and 10000000, but was 0.");
        assertThatThrownBy(() -> C.sized(1, 0, 100)).hasMessageContaining("--ops");
        assertThatThrownBy(() -> C.sized(1, 1, 23))
                .hasMessage("--value-bytes must be between 24 and 1048576, but was 23.");
        assertThatThrownBy(() -> C.sized(1, 1, 1 << 20).pressed(65, 1, 0))
                .hasMessageContaining("--in-flight must be between 1 and 64, but was 65.");
        assertThatThrownBy(() -> C.pressed(4, 5, 0)).hasMessageContaining("--threads");
        assertThatThrownBy(() -> C.pressed(4, 1, 10))
                .hasMessageContaining("--background-puts-per-s is for --workload C --read cached");
    }

    @Test
    void otherNumbersOfKeyGroupsAreRefused() {
        assertThatThrownBy(() -> KvTarget.embedded(1, 1, Map.of("pipeline.max-parallelism", "256")))
                .hasMessageContaining("--set pipeline.max-parallelism must be 128")
                .hasMessageContaining("'256'");
        assertThat(KvTarget.embedded(1, 1, Map.of("pipeline.max-parallelism", "128")).overrides())
                .hasSize(1);
    }
}
