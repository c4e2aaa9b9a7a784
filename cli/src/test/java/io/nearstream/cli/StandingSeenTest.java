package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.StandingAnswers;
import io.nearstream.client.StandingUpdate;
import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.Difference.Kind;
import io.nearstream.core.standing.QueryName;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandingSeenTest {
    private final StandingAnswers answers = new StandingAnswers();

    private StandingUpdate update(Kind kind, long sequence) {
        return answers.take(
                new Difference(
                        new QueryName("me", "q"),
                        new Version(1, 0, 0),
                        sequence,
                        kind,
                        new Version(2, 0, 0),
                        List.of(),
                        List.of(),
                        false,
                        "",
                        "",
                        0));
    }

    @Test
    void anAnswerComesFirst() {
        StandingSeen seen = new StandingSeen(false);
        assertThat(seen.isWanted(update(Kind.CHANGE, 5))).isFalse();
        assertThat(seen.isWanted(update(Kind.REFUSED, 0))).isTrue();
        assertThat(seen.isWanted(update(Kind.SNAPSHOT, 6))).isTrue();
        assertThat(seen.isWanted(update(Kind.CHANGE, 7))).isTrue();
        assertThat(seen.isWanted(update(Kind.ENDED, 8))).isTrue();
        assertThat(seen.isWanted(update(Kind.CHANGE, 9))).as("of a successor").isFalse();
    }

    @Test
    void allIsShownWhereThatWasAskedFor() {
        assertThat(new StandingSeen(true).isWanted(update(Kind.CHANGE, 5))).isTrue();
    }

    @Test
    void whatIsMissingIsSaidOnce() {
        StandingSeen seen = new StandingSeen(false);
        assertThat(seen.isNewlyLost(update(Kind.SNAPSHOT, 1))).isFalse();
        assertThat(seen.isNewlyLost(update(Kind.CHANGE, 3))).isTrue();
        assertThat(seen.isNewlyLost(update(Kind.CHANGE, 4))).isFalse();
        assertThat(seen.isNewlyLost(update(Kind.SNAPSHOT, 5))).isFalse();
        assertThat(seen.isNewlyLost(update(Kind.CHANGE, 7))).as("another time").isTrue();
    }
}
