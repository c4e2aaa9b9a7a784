package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.standing.QueryName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AsksTest {
    private static final QueryName QUERY = new QueryName("s", "q");

    private final Asks asks = new Asks(Asks.FIRST_WAIT_MS);

    private List<Integer> secondsAsked(int until) {
        List<Integer> asked = new ArrayList<>();
        for (int second = 0; second < until; second++) {
            if (asks.isDue(QUERY, second * 1_000L)) {
                asked.add(second);
            }
        }
        return asked;
    }

    @Test
    void questionsGoApartWhileNobodyAnswers() {
        assertThat(secondsAsked(1_300)).containsExactly(0, 10, 30, 70, 150, 310, 610, 910, 1_210);
    }

    @Test
    void whatIsAnsweredAnywayIsGivenTime() {
        asks.expect(QUERY, 0);
        asks.expect(QUERY, 5_000);
        assertThat(secondsAsked(40)).containsExactly(10, 30);
        asks.forget(QUERY);
        assertThat(asks.isDue(QUERY, 40_000)).isTrue();
    }

    @Test
    void namesThatAreOverAreForgotten() {
        QueryName other = new QueryName("s", "other");
        assertThat(asks.isDue(QUERY, 0)).isTrue();
        assertThat(asks.isDue(other, 0)).isTrue();
        asks.retain(Set.of(other));
        assertThat(asks.isDue(QUERY, 1_000)).as("another query under the name").isTrue();
        assertThat(asks.isDue(other, 1_000)).isFalse();
    }

    @Test
    void theFirstWaitMayBeShort() {
        Asks renewals = new Asks(1_250);
        assertThat(renewals.isDue(QUERY, 0)).isTrue();
        assertThat(renewals.isDue(QUERY, 1_249)).isFalse();
        assertThat(renewals.isDue(QUERY, 1_250)).isTrue();
        assertThat(renewals.isDue(QUERY, 3_749)).isFalse();
        assertThat(renewals.isDue(QUERY, 3_750)).isTrue();
    }
}
