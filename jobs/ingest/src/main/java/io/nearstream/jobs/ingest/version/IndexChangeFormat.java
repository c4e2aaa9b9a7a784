package io.nearstream.jobs.ingest.version;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.ingest.sink.ChangeFormat;
import java.nio.charset.StandardCharsets;

/** Index updates as records of {@code nearstream.index-changes.v1}. */
public final class IndexChangeFormat implements ChangeFormat<IndexUpdate> {
    private static final long serialVersionUID = 1L;

    @Override
    public String topic() {
        return TopicNames.INDEX_CHANGES;
    }

    @Override
    public OutRecord encode(IndexUpdate update) {
        byte[] key = IndexChangeWire.key(update.change().key());
        return update.forgotten()
                ? OutRecord.tombstone(topic(), key)
                : OutRecord.of(topic(), key, IndexChangeWire.encode(update.change()));
    }

    @Override
    public byte[] progressKey(int partition, int subtask) {
        return "progress/%d/%d".formatted(partition, subtask).getBytes(StandardCharsets.US_ASCII);
    }
}
