package io.nearstream.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.client.ProbeRequest;
import io.nearstream.core.model.Reason;
import io.nearstream.schemas.Answer;
import io.nearstream.schemas.ExportedRecord;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FetchesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final List<ExportedRecord> RECORDS = ExportedFiles.records(37);

    private final List<Integer> asked = new ArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();

    private static ProbeResult result(ProbeStatus status, Reason reason, List<String> ids) {
        ProbeResult result = new ProbeResult();
        result.setStatus(status);
        result.setReason(reason.name());
        result.setMessage("so it is");
        List<Answer> answers = new ArrayList<>();
        for (String id : ids) {
            Hit hit = new Hit();
            hit.setId(id);
            Answer answer = new Answer();
            answer.setHits(List.of(hit));
            answers.add(answer);
        }
        result.setAnswers(answers);
        return result;
    }

    private Fetches fetches(Fetches.Probes probes) {
        return new Fetches(probes, "words", PATIENCE, pauses::add);
    }

    /** A target that answers as many ids at once as fit. */
    private CompletableFuture<ProbeResult> holds(int fit, ProbeRequest request) {
        List<String> ids = request.toProbe().getIds();
        asked.add(ids.size());
        return CompletableFuture.completedFuture(
                ids.size() <= fit
                        ? result(ProbeStatus.COMPLETE, Reason.BAD_K, ids)
                        : result(ProbeStatus.PARTIAL, Reason.ANSWER_TOO_LARGE, List.of()));
    }

    @Test
    void aBatchWhoseAnswerIsTooLargeIsHalvedAndAllOfItIsFound() {
        for (int fit : new int[] {37, 20, 3, 1}) {
            List<Map<String, Hit>> found =
                    fetches(request -> holds(fit, request))
                            .all(List.of(RECORDS), ProbeRequest::strong);
            assertThat(found).hasSize(1);
            assertThat(found.get(0).keySet())
                    .containsExactlyInAnyOrderElementsOf(
                            RECORDS.stream().map(ExportedRecord::getId).toList());
        }
        assertThat(pauses).isEmpty();
    }

    @Test
    void aRecordThatIsTooLargeAloneEndsTheImportAtOnce() {
        assertThatThrownBy(
                        () ->
                                fetches(request -> holds(0, request))
                                        .all(List.of(RECORDS), ProbeRequest::strong))
                .hasMessageContaining("Record 'id \u00e4 0' of collection 'words' is too large");
        assertThat(asked).containsExactly(37, 18, 9, 4, 2, 1);
    }

    @Test
    void whileAnswersAreIncompleteItWaitsLongerAndLonger() {
        Fetches.Probes probes =
                request -> {
                    asked.add(1);
                    List<String> ids = request.toProbe().getIds();
                    return CompletableFuture.completedFuture(
                            asked.size() > 9
                                    ? result(ProbeStatus.COMPLETE, Reason.BAD_K, ids)
                                    : result(
                                            ProbeStatus.PARTIAL,
                                            Reason.DEADLINE_PASSED,
                                            List.of()));
                };
        assertThat(fetches(probes).all(List.of(RECORDS), ProbeRequest::strong).get(0))
                .hasSize(RECORDS.size());
        assertThat(pauses.stream().map(Duration::toMillis))
                .containsExactly(100L, 200L, 400L, 800L, 1_600L, 3_200L, 5_000L, 5_000L, 5_000L);
    }
}
