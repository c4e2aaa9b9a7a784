package io.nearstream.jobs.ingest.sink;

import io.nearstream.jobs.common.kafka.OutRecord;
import java.io.Serializable;

/**
 * How the updates of one kind become records of their compacted topic.
 *
 * @param <T> the updates
 */
public interface ChangeFormat<T> extends Serializable {
    /** Where the records go. */
    String topic();

    /** The record of an update. */
    OutRecord encode(T update);

    /** The Kafka key of a sink subtask's Progress; none of a record's. */
    byte[] progressKey(int partition, int subtask);
}
