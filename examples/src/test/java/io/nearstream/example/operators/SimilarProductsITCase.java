package io.nearstream.example.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.operators.Neighbour;
import io.nearstream.operators.Neighbours;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;

/** The example does what it says. */
class SimilarProductsITCase {
    @Test
    void eachVisitorIsToldTheProductsNearestToTheirTaste() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1); // both in their order, so none is late
        Map<Long, Set<String>> found = new HashMap<>();
        try (CloseableIterator<Neighbours<Long>> answers =
                SimilarProducts.nearest(
                                SimilarProducts.visitors(env, 40),
                                SimilarProducts.products(env, 400))
                        .executeAndCollect()) {
            answers.forEachRemaining(
                    answer -> assertThat(found.put(answer.element(), ids(answer))).isNull());
        }
        assertThat(found).hasSize(40);
        for (long visitor = 60; visitor < 400; visitor += 10) {
            long wanted = visitor - 50;
            assertThat(found.get(visitor))
                    .containsExactlyInAnyOrder(
                            "p" + wanted, "p" + (wanted - 1), "p" + (wanted + 1));
        }
        assertThat(found.get(0L)).containsExactly("p0");
    }

    private static Set<String> ids(Neighbours<Long> answer) {
        return answer.nearest().stream().map(Neighbour::id).collect(Collectors.toSet());
    }
}
