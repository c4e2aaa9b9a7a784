package io.nearstream.jobs.ingest.keyvalue;

import io.nearstream.core.keyvalue.KeyValueCommand;
import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.keyvalue.KeyValueRules;
import io.nearstream.core.keyvalue.StoredValue;
import io.nearstream.core.model.RefusedException;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.schemas.KeyValueChange;
import io.nearstream.schemas.KeyValueResult;
import io.nearstream.schemas.KeyValueStatus;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.charset.StandardCharsets;

/** Answers as records of {@code nearstream.kv-results.v1}. Pure. */
final class KeyValueResults {
    private KeyValueResults() {}

    /** The answer to a command that was carried out. Only that to a read carries the value. */
    static OutRecord of(KeyValueCommand command, KeyValueRules.Outcome outcome) {
        boolean withValue = outcome.status() == KeyValueRules.Status.FOUND;
        KeyValueChange state =
                outcome.after()
                        .map(entry -> KeyValueWire.change(withValue ? entry : bare(entry)))
                        .orElse(null);
        return record(
                command.requestId(),
                command.resultPartition(),
                new KeyValueResult(
                        command.requestId(),
                        command.version().partition(),
                        command.version().offset(),
                        status(command, outcome),
                        null,
                        null,
                        state));
    }

    /** A write that was seen before is in force, or a newer one of the key is. */
    private static KeyValueStatus status(KeyValueCommand command, KeyValueRules.Outcome outcome) {
        return switch (outcome.status()) {
            case APPLIED -> KeyValueStatus.APPLIED;
            case CONDITION_FAILED -> KeyValueStatus.CONDITION_FAILED;
            case FOUND -> KeyValueStatus.FOUND;
            case MISSING -> KeyValueStatus.MISSING;
            case REPLAYED ->
                    outcome.after().orElseThrow().version().equals(command.version())
                            ? KeyValueStatus.APPLIED
                            : KeyValueStatus.CONDITION_FAILED;
        };
    }

    /** The answer to a request that is not valid. */
    static OutRecord refused(
            RawRecord raw, KeyValueCheck.ReplyTo replyTo, RefusedException refused) {
        return record(
                replyTo.requestId(),
                replyTo.partition(),
                new KeyValueResult(
                        replyTo.requestId(),
                        raw.partition(),
                        raw.offset(),
                        KeyValueStatus.REFUSED,
                        refused.reason().name(),
                        refused.getMessage(),
                        null));
    }

    private static KeyValueEntry bare(KeyValueEntry entry) {
        return new KeyValueEntry(
                entry.deleted(),
                entry.version(),
                entry.writerTime(),
                entry.expiresAt(),
                StoredValue.EMPTY);
    }

    private static OutRecord record(String requestId, int partition, KeyValueResult result) {
        return new OutRecord(
                TopicNames.KV_RESULTS,
                partition == KeyValueCommand.BY_REQUEST_ID ? OutRecord.BY_KEY : partition,
                requestId.getBytes(StandardCharsets.UTF_8),
                AvroWire.encode(result),
                false);
    }
}
