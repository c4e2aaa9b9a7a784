package io.nearstream.jobs.join;

import io.nearstream.jobs.common.wire.RawRecord;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;

/**
 * Lets records through, and fails once, behind some of them and a checkpoint that is complete; at
 * the last record also without one, which a slow machine may not have had. Of one job at a time in
 * this JVM.
 */
final class FailsOnce implements MapFunction<RawRecord, RawRecord>, CheckpointListener {
    private static final long serialVersionUID = 1L;
    private static final AtomicBoolean FAILED = new AtomicBoolean();

    private final int behind;
    private final int last;
    private transient int seen;
    private transient boolean complete;

    private FailsOnce(int behind, int last) {
        this.behind = behind;
        this.last = last;
    }

    /** A job of so many records begins, which fails behind some of them. */
    static FailsOnce behind(int records, int ofAll) {
        FAILED.set(false);
        return new FailsOnce(records, ofAll);
    }

    static boolean failed() {
        return FAILED.get();
    }

    @Override
    public RawRecord map(RawRecord record) {
        seen++;
        boolean due = complete && seen >= behind || seen == last;
        if (due && FAILED.compareAndSet(false, true)) {
            throw new IllegalStateException("Fails once behind " + seen + " records");
        }
        return record;
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
        complete = true;
    }
}
