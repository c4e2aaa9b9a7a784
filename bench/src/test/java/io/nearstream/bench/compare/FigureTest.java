package io.nearstream.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nearstream.bench.compare.Figure.Single;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void theMedianIsTheMiddleOrTheMeanOfTheMiddleTwo() {
        assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 9));
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(new Spread(3, 1, 9));
        assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7));
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
    }

    @Test
    void oneRoundWithoutTheFigureLeavesNone() {
        Figure figure = Figure.over(List.of(Single.of(1), Single.none("it rained")));

        assertThat(figure.value()).isEmpty();
        assertThat(figure.reason()).hasValue("it rained");
        assertThat(figure.document())
                .containsEntry("median", null)
                .containsEntry("reason", "it rained");
    }

    @Test
    void whatIsMissingStaysMissingInARatio() {
        Single none = Single.none("no yardstick");

        assertThat(Single.of(6).with(Single.of(2), (a, b) -> a / b)).isEqualTo(Single.of(3));
        assertThat(Single.of(6).with(none, (a, b) -> a / b)).isEqualTo(none);
        assertThat(none.with(Single.of(2), (a, b) -> a / b)).isEqualTo(none);
    }

    @Test
    void everySystemIsFirstOnceWhereThereAreAsManyRounds() {
        List<String> systems = List.of("a", "b", "c");
        Set<String> first = new HashSet<>();
        for (int round = 0; round < systems.size(); round++) {
            List<String> order = Rotation.order(systems, round);
            assertThat(order).containsExactlyInAnyOrderElementsOf(systems);
            first.add(order.get(0));
        }

        assertThat(first).hasSize(systems.size());
        assertThat(Rotation.order(systems, 1)).containsExactly("b", "c", "a");
    }
}
