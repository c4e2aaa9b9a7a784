package io.nearstream.chaos.load;

import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.Position;
import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueOutcome;
import io.nearstream.core.model.Version;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.annotation.Nullable;

/** What the client says, as it is written down. */
public final class Answers {
    private static final byte[] NOTHING = {};

    private Answers() {}

    /**
     * The answer to a probe.
     *
     * @param payloads whether payloads were asked for, so that none means an empty one
     */
    public static Answer of(ProbeResult result, boolean payloads) {
        if (result.getStatus() == ProbeStatus.REFUSED) {
            return new Answer.NotDone(
                    "refused (%s): %s".formatted(result.getReason(), result.getMessage()));
        }
        return new Answer.Found(
                result.getStatus() == ProbeStatus.COMPLETE,
                result.getAsOf(),
                result.getAnswers().stream()
                        .map(
                                answer ->
                                        new Answer.Hits(
                                                answer.getHits().stream()
                                                        .map(hit -> hit(hit, payloads))
                                                        .toList(),
                                                answer.getTruncated()))
                        .toList());
    }

    private static Answer.Hit hit(Hit hit, boolean payloads) {
        return new Answer.Hit(
                hit.getId(),
                hit.getDistance(),
                new Position(hit.getVersionPartition(), hit.getVersionOffset()),
                hit.getVector() == null ? null : hash(hit.getVector()),
                payloads ? (Long) hash(hit.getPayload()) : null);
    }

    private static long hash(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return Content.hash(NOTHING);
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return Content.hash(bytes);
    }

    /** The answer to a read of a key. */
    public static Answer of(Optional<KeyValue> value) {
        return value.<Answer>map(
                        found ->
                                new Answer.Value(
                                        position(found.version()),
                                        found.writerTime(),
                                        Content.hash(found.value())))
                .orElseGet(Answer.Absent::new);
    }

    /** The outcome of a write of a key. */
    public static Answer of(KeyValueOutcome outcome) {
        return new Answer.Written(
                outcome.applied(), outcome.version().map(Answers::position).orElse(null));
    }

    private static Position position(Version version) {
        return new Position(version.partition(), version.offset());
    }
}
