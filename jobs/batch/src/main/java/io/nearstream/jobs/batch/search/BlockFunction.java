package io.nearstream.jobs.batch.search;

import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.batch.BatchCounters;
import io.nearstream.jobs.batch.message.VectorBlock;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;

/**
 * Turns blocks of vectors into messages for the subtasks of the search, by their buckets.
 *
 * @param <T> a message
 */
abstract class BlockFunction<T> extends RichFlatMapFunction<VectorBlock, T> {
    private static final long serialVersionUID = 1L;

    final SearchSpec spec;

    /** Subtasks of the search. */
    final int subtasks;

    transient Generation buckets;
    transient BatchCounters counters;

    BlockFunction(SearchSpec spec, int subtasks) {
        this.spec = spec;
        this.subtasks = subtasks;
    }

    @Override
    public void open(OpenContext context) {
        buckets = spec.buckets();
        counters = spec.counters();
    }
}
