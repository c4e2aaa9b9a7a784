package io.nearstream.jobs.ingest.keyvalue;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.jobs.ingest.sink.ChangeFormat;
import io.nearstream.schemas.wire.AvroWire;

/** States of keys as records of {@code nearstream.kv-changes.v1}. */
public final class KeyValueChangeFormat implements ChangeFormat<KeyValueUpdate> {
    private static final long serialVersionUID = 1L;

    @Override
    public String topic() {
        return TopicNames.KV_CHANGES;
    }

    @Override
    public OutRecord encode(KeyValueUpdate update) {
        byte[] key = KeyValueWire.key(update.key());
        return update.forgotten()
                ? OutRecord.tombstone(topic(), key)
                : OutRecord.of(topic(), key, AvroWire.encode(KeyValueWire.change(update.entry())));
    }

    @Override
    public byte[] progressKey(int partition, int subtask) {
        return KeyValueWire.progressKey(partition, subtask);
    }
}
