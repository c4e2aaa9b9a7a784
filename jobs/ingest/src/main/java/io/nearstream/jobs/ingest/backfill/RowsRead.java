package io.nearstream.jobs.ingest.backfill;

import io.nearstream.jobs.common.wire.RawRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * How far the files of a backfill have been read: for each file the rows that came by here, refused
 * ones too, as a gauge by the file's place. It outlives the source, whose own figures go with its
 * tasks and begin anew after a failure. Of a file the largest figure of all subtasks counts:
 * whoever has restored an older one need not be the one that reads on.
 *
 * <p>Of earlier backfills it keeps that there were any, as the source's state does not: none may
 * have rows of the versions of another's, whose records would be taken for replays. Not
 * thread-safe, but for the gauges.
 */
public final class RowsRead {
    /** The name of the gauge, in a group {@link #FILE} by the place of a file, from 0. */
    public static final String GAUGE = "backfillRows";

    /** The group of the gauge. */
    public static final String FILE = "file";

    static final ListStateDescriptor<FileRows> STATE =
            new ListStateDescriptor<>("rows-of-files", FileRowsSerializer.INSTANCE);

    private final String uid;
    private final MetricGroup group;
    private final ListState<FileRows> state;
    private final Map<Integer, Count> files = new TreeMap<>();

    /** Uids of sources whose rows came by, but for this one's; people start each. */
    private final Set<String> earlier = new TreeSet<>();

    private static final class Count {
        private volatile long rows;
    }

    /**
     * Goes on from the checkpoint that the function is restored from.
     *
     * @param uid of the backfill's source; empty for none
     * @throws SuppressRestartsException if another source had rows of the same versions
     */
    public RowsRead(String uid, MetricGroup group, FunctionInitializationContext context)
            throws Exception {
        this.uid = uid;
        this.group = group;
        state = context.getOperatorStateStore().getListState(STATE);
        Optional<SourceUid> own = SourceUid.read(uid);
        for (FileRows known : state.get()) {
            if (known.uid().equals(uid)) {
                Count count = count(known.file());
                count.rows = Math.max(count.rows, known.rows());
            } else {
                earlier.add(known.uid());
                own.ifPresent(source -> requireOtherVersions(source, known.uid()));
            }
        }
    }

    private static void requireOtherVersions(SourceUid own, String known) {
        if (SourceUid.read(known).filter(own::hasVersionsOf).isPresent()) {
            // Tried again it would fail again, for ever.
            throw new SuppressRestartsException(
                    new IllegalArgumentException(
                            EarlierState.sameVersions(own.asOf(), "the collection")));
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
        List<FileRows> all = new ArrayList<>();
        files.forEach((file, count) -> all.add(new FileRows(uid, file, count.rows)));
        // Given again, they are read again: their figures begin anew.
        earlier.forEach(known -> all.add(new FileRows(known, 0, 0)));
        state.update(all);
    }
}
