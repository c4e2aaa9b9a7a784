package io.nearstream.example.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.operators.Match;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;

/** The example does what it says. */
class NearDuplicatesITCase {
    @Test
    void everyTenthPointIsNearTheOneBeforeIt() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1); // points in their order, so none is late
        List<String> pairs = new ArrayList<>();
        try (CloseableIterator<Match> matches =
                NearDuplicates.pairs(NearDuplicates.points(env, 500)).executeAndCollect()) {
            matches.forEachRemaining(
                    match -> pairs.add(match.earlier().id() + " " + match.later().id()));
        }
        List<String> expected = new ArrayList<>();
        for (int i = 9; i < 500; i += 10) {
            expected.add("p" + (i - 1) + " p" + i);
        }
        assertThat(pairs).containsExactlyInAnyOrderElementsOf(expected);
    }
}
