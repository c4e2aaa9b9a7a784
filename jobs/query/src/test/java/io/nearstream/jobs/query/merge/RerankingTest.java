package io.nearstream.jobs.query.merge;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Version;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.PartAnswer;
import io.nearstream.jobs.query.rerank.Candidate;
import io.nearstream.jobs.query.rerank.RecordRequest;
import io.nearstream.jobs.query.rerank.Scored;
import io.nearstream.jobs.query.route.Owners;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is asked of the record store, and what is kept of it. */
class RerankingTest {
    @Test
    void theBestOfAllSharesAreAskedForOnce() {
        OpenRerank open =
                Reranks.opened(
                                1,
                                3,
                                Double.NaN,
                                Reranks.coded("d", 4),
                                Reranks.coded("a", 1),
                                Reranks.whole("b", 2),
                                Reranks.coded("c", 3))
                        .orElseThrow();
        assertThat(open.asked()).isEqualTo(2);
        List<RecordRequest> requests = Reranking.requests(open, Reranks.CHECK, new Owners(128), 1);
        assertThat(requests).hasSize(1);
        assertThat(requests.get(0).check()).isSameAs(Reranks.CHECK);
        assertThat(requests.get(0).deadlineAt()).isEqualTo(Reranks.DEADLINE);
        assertThat(open.header().rerank().orElseThrow().check().vectors()).isEmpty();
        assertThat(requests.get(0).target()).isEqualTo(Owners.toSubtask(0));
        assertThat(requests.get(0).candidates())
                .containsExactly(
                        new Candidate(0, 0, "a", new Version(1, 0, 0)),
                        new Candidate(0, 2, "c", new Version(1, 0, 0)));
        int asked =
                Reranking.requests(open, Reranks.CHECK, new Owners(128), 4).stream()
                        .mapToInt(request -> request.candidates().size())
                        .sum();
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void whereNothingIsCodedNothingIsAsked() {
        assertThat(Reranks.opened(1, 3, Double.NaN, Reranks.whole("a", 1))).isEmpty();
    }

    @Test
    void aPartOfTheTimeIsKeptForExactScores() {
        assertThat(Reranking.sharesDueAt(Reranks.header(1, 3, Double.NaN))).isEqualTo(900);
    }

    @Test
    void pendingOnesKeepTheirBytes() throws Exception {
        PendingRerank pending = new PendingRerank(Reranks.KEY, 5);
        pending.open(
                new OpenRerank(
                        Reranks.header(1, 2, 0.25),
                        new byte[] {7},
                        List.of(new PartAnswer(0, List.of(new Hit(0.5, new byte[] {8})))),
                        1,
                        new int[] {0}));
        pending.add(List.of(new Scored(0, 0, 0.5, new byte[0])));
        String key = "00000001" + "0000000000000007";
        String header =
                key
                        + ("000170" + "00000000" + "0000000000000009" + "01")
                        + ("00000001" + "00000001" + "00000001" + "01000000")
                        + ("00000001" + "0000000000000001" + "00000001")
                        + ("0000000000000000" + "00000000000003e8" + "01")
                        + ("00000002" + "3fd0000000000000" + "0000000000000000")
                        + ("00000000" + "00000000" + "00000000" + "00")
                        + ("00000001" + "00000001" + "00");
        assertFormat(
                PendingRerankSerializer.INSTANCE,
                pending,
                key
                        + ("0000000000000005" + "01")
                        + header
                        + ("00000001" + "07")
                        + ("00000001" + "00000000")
                        + ("00000001" + "3fe0000000000000" + "00000001" + "08")
                        + ("00000001" + "00000001" + "00000000")
                        + key
                        + ("00000001" + "00000000" + "00000000" + "3fe0000000000000" + "00000000")
                        + "00",
                1);
    }
}
