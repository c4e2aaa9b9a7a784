package io.nearstream.jobs.batch.search;

import io.nearstream.jobs.batch.BatchCounters;
import io.nearstream.jobs.batch.HeapLeft;
import io.nearstream.jobs.batch.message.Hits;
import io.nearstream.jobs.batch.message.PlacedRows;
import io.nearstream.jobs.batch.message.RoutedQueries;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.InputSelectable;
import org.apache.flink.streaming.api.operators.InputSelection;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Keeps the rows of its first input, all of them, and then answers the queries of its second. An
 * operator that chooses its input cannot be checkpointed; a bounded run is started again.
 */
final class SearchOperator extends AbstractStreamOperator<Hits>
        implements TwoInputStreamOperator<PlacedRows, RoutedQueries, Hits>,
                BoundedMultiInput,
                InputSelectable {
    private static final long serialVersionUID = 1L;

    private final SearchSpec spec;
    private transient BlockSearch search;
    private transient BatchCounters counters;
    private transient boolean baseDone;

    SearchOperator(SearchSpec spec) {
        this.spec = spec;
    }

    @Override
    public void open() throws Exception {
        super.open();
        search = new BlockSearch(spec.space(), spec.k());
        counters = spec.counters();
    }

    @Override
    public InputSelection nextSelection() {
        return baseDone ? InputSelection.SECOND : InputSelection.FIRST;
    }

    @Override
    public void processElement1(StreamRecord<PlacedRows> rows) {
        long held = counters.hold(search.add(rows.getValue()));
        if (held > spec.heapBytes()) {
            throw HeapLeft.tooMuch(
                    spec.heapBytes(), "The base, after %,d rows".formatted(counters.baseRows()));
        }
    }

    @Override
    public void processElement2(StreamRecord<RoutedQueries> queries) {
        output.collect(new StreamRecord<>(search.search(queries.getValue())));
        counters.scored(search.takeScored());
    }

    @Override
    public void endInput(int inputId) {
        if (inputId == 1) {
            baseDone = true;
            counters.baseDone();
        }
    }
}
