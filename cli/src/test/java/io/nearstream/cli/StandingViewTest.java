package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.StandingAnswer;
import io.nearstream.client.StandingUpdate;
import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandingViewTest {
    private static StandingUpdate refusal(boolean again) {
        QueryName query = new QueryName("me", "q");
        Difference told =
                new Difference(
                        query,
                        new Version(1, 0, 0),
                        0,
                        Difference.Kind.REFUSED,
                        new Version(2, 0, 0),
                        List.of(),
                        List.of(),
                        false,
                        "TOO_MANY_PENDING",
                        "5 wait.",
                        0);
        return new StandingUpdate(
                told,
                new StandingAnswer(
                        query,
                        StandingAnswer.Status.UNKNOWN,
                        List.of(),
                        false,
                        Version.NONE,
                        0,
                        Version.NONE,
                        0),
                again);
    }

    @Test
    void whetherARefusalIsFinalIsSaid() {
        assertThat(StandingView.lines(refusal(false)))
                .containsExactly("q  refused (TOO_MANY_PENDING): 5 wait.");
        assertThat(StandingView.document(refusal(false))).doesNotContainKey("registered_again");
        assertThat(StandingView.lines(refusal(true)))
                .containsExactly(
                        "q  refused (TOO_MANY_PENDING): 5 wait. This watch registers it again.");
        assertThat(StandingView.document(refusal(true))).containsEntry("registered_again", true);
    }
}
