package io.nearstream.jobs.ingest.backfill;

import io.nearstream.jobs.common.wire.RawRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * How far the files of a backfill have been read: for each file the rows that came by here, as a
 * gauge by the file's place. It outlives the source, whose own figures go with its tasks and begin
 * anew after a failure. Of a file the largest figure of all subtasks counts: whoever has restored
 * an older one need not be the one that reads on. Not thread-safe, but for the gauges.
 */
public final class RowsRead {
    /** The name of the gauge, in a group {@link #FILE} by the place of a file, from 0. */
    public static final String GAUGE = "backfillRows";

    /** The group of the gauge. */
    public static final String FILE = "file";

    /** Uid of the backfill, place of the file, rows. */
    static final ListStateDescriptor<Tuple3<String, Integer, Long>> STATE =
            new ListStateDescriptor<>(
                    "backfill-rows", Types.TUPLE(Types.STRING, Types.INT, Types.LONG));

    private final String uid;
    private final MetricGroup group;
    private final ListState<Tuple3<String, Integer, Long>> state;
    private final Map<Integer, Count> files = new TreeMap<>();

    private static final class Count {
        private volatile long rows;
    }

    /**
     * Goes on from the checkpoint that the function is restored from, if it is of this backfill.
     *
     * @param uid of the backfill's source; empty for none
     */
    public RowsRead(String uid, MetricGroup group, FunctionInitializationContext context)
            throws Exception {
        this.uid = uid;
        this.group = group;
        state = context.getOperatorStateStore().getListState(STATE);
        for (Tuple3<String, Integer, Long> known : state.get()) {
            if (known.f0.equals(uid)) {
                Count count = count(known.f1);
                count.rows = Math.max(count.rows, known.f2);
            }
        }
    }

    /** Takes a row into account. */
    public void add(RawRecord row) {
        // Each file is read in order.
        count(RowWrites.file(row.offset())).rows = RowWrites.row(row.offset()) + 1;
    }

    private Count count(int file) {
        return files.computeIfAbsent(file, this::register);
    }

    private Count register(int file) {
        Count count = new Count();
        group.addGroup(FILE, Integer.toString(file)).gauge(GAUGE, () -> count.rows);
        return count;
    }

    /** Writes the state. */
    public void snapshot() throws Exception {
        List<Tuple3<String, Integer, Long>> all = new ArrayList<>();
        files.forEach((file, count) -> all.add(Tuple3.of(uid, file, count.rows)));
        state.update(all);
    }
}
