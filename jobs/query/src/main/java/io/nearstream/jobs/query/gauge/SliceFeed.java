package io.nearstream.jobs.query.gauge;

import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketOp;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.util.Collector;

/**
 * Picks from what is placed the rows that may belong to a slice, chained to the operator that
 * places. A level is raised where more rows than are wanted lie in it, so few are sent for nothing;
 * it is never lowered. What a slice holds is decided by the receiver, who counts records; here
 * copies are counted, about.
 *
 * <p>Invariant: every live record in the slice of the level has been sent since the job began. Of a
 * job that went on from a savepoint without levels that is not so: then nothing is sent.
 */
public final class SliceFeed extends RichFlatMapFunction<BucketOp, SliceRow>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    /** Copies sent at a level for each record that a slice may hold. */
    private static final int COPIES = 2;

    private static final SliceLevel KEPT = new SliceLevel(0, 0);
    private static final int LEVEL_MAX = 62;

    private final CollectionDirectory.Provider directories;
    private final int sliceRecords;

    private transient CollectionDirectory directory;
    private transient ListState<SliceLevel> levelState;
    private transient Map<Long, Level> levels;
    private transient boolean incomplete;

    /** One collection's level here. */
    private static final class Level {
        private int level;
        private long copies;
    }

    public SliceFeed(CollectionDirectory.Provider directories, int sliceRecords) {
        this.directories = directories;
        this.sliceRecords = sliceRecords;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        // Union: whoever takes over a sender's records goes on at its level or a higher one.
        levelState =
                context.getOperatorStateStore()
                        .getUnionListState(
                                new ListStateDescriptor<>(
                                        "slice-levels", SliceLevelSerializer.INSTANCE));
        levels = new HashMap<>();
        boolean kept = false;
        for (SliceLevel stored : levelState.get()) {
            kept |= stored.equals(KEPT);
            Level level = level(stored.collectionUid());
            level.level = Math.max(level.level, stored.level());
        }
        levels.remove(KEPT.collectionUid());
        incomplete = context.isRestored() && !kept;
    }

    @Override
    public void open(OpenContext context) throws InterruptedException {
        directory = directories.open();
    }

    private Level level(long uid) {
        return levels.computeIfAbsent(uid, key -> new Level());
    }

    @Override
    public void flatMap(BucketOp op, Collector<SliceRow> out) {
        if (op.kind() != BucketOp.Kind.APPEND || incomplete) {
            return;
        }
        byte[] row = op.row();
        if (EntryRow.isCoded(row, 0)) {
            return; // the whole row comes by the record store's feed
        }
        long uid = op.key().collectionUid();
        Level level = level(uid);
        if (!SliceRow.isIn(EntryRow.idHash(row, 0), level.level)) {
            return;
        }
        if (EntryRow.isRemoval(row, 0)) {
            level.copies--;
        } else if (!EntryRow.voidsEarlier(row, 0)) {
            level.copies++;
        }
        if (level.copies > (long) COPIES * sliceRecords && level.level < LEVEL_MAX) {
            level.level++;
            level.copies /= 2;
        }
        // The row that raised the level says so, whether it is still wanted or not.
        out.collect(new SliceRow(uid, level.level, row));
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        levelState.clear();
        if (incomplete) {
            return;
        }
        levelState.add(KEPT);
        for (Map.Entry<Long, Level> entry : levels.entrySet()) {
            boolean dropped =
                    directory
                            .byUid(entry.getKey())
                            .map(CollectionState::dropped)
                            .orElse(Boolean.FALSE);
            if (!dropped) {
                levelState.add(new SliceLevel(entry.getKey(), entry.getValue().level));
            }
        }
    }

    @Override
    public void close() {
        if (directory != null) {
            directory.close();
        }
    }
}
