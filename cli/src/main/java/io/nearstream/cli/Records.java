package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.ProbeRequest;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.annotation.Nullable;

/** Single records: how they are fetched, and how their payloads are shown. */
final class Records {
    private Records() {}

    /**
     * One record.
     *
     * @param options what else to ask for
     * @throws NearstreamException if there is none of this id
     */
    static Hit fetch(
            NearstreamClient client,
            String collection,
            String id,
            UnaryOperator<ProbeRequest> options) {
        ProbeRequest request = ProbeRequest.fetch(collection, List.of(id));
        ProbeResult result = client.prober().ask(options.apply(request));
        List<Hit> hits =
                result.getAnswers().isEmpty() ? List.of() : result.getAnswers().get(0).getHits();
        if (!hits.isEmpty()) {
            return hits.get(0);
        }
        if (result.getStatus() == ProbeStatus.PARTIAL) {
            throw new NearstreamException(
                    "The record '%s' was not fetched in time (%s): %s"
                            .formatted(id, result.getReason(), result.getMessage()));
        }
        throw new NearstreamException(
                "There is no record '%s' in collection '%s'.".formatted(id, collection));
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    /** A payload as text, if it is text. */
    static Optional<String> text(ByteBuffer payload) {
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(payload.duplicate()).toString());
        } catch (CharacterCodingException binary) {
            return Optional.empty();
        }
    }

    /** Adds a payload to a document: as text where it is text, else in base 64. */
    static void putPayload(Map<String, Object> document, @Nullable ByteBuffer payload) {
        if (payload != null) {
            Optional<String> text = text(payload);
            document.put(
                    text.isPresent() ? "payload" : "payload_base64",
                    text.orElseGet(() -> Base64.getEncoder().encodeToString(bytes(payload))));
        }
    }

    /** A payload for a table: text, or how many bytes it has. */
    static String shown(@Nullable ByteBuffer payload) {
        if (payload == null) {
            return "";
        }
        return text(payload).orElse("(" + payload.remaining() + " bytes)");
    }
}
