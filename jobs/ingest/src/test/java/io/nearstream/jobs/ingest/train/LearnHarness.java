package io.nearstream.jobs.ingest.train;

import io.nearstream.jobs.common.kafka.OutRecord;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/** Drives {@link LearnOperator}: both inputs keyed by the collection. */
final class LearnHarness
        extends KeyedTwoInputStreamOperatorTestHarness<Long, SampleVector, SliceChange, OutRecord> {
    LearnHarness(LearnOperator operator) throws Exception {
        super(operator, SampleVector::collectionUid, SliceChange::collectionUid, Types.LONG);
    }
}
