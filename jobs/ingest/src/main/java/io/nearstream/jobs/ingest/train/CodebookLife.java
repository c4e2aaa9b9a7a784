package io.nearstream.jobs.ingest.train;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.BucketSizes;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.NextGeneration;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a collection of learned buckets gets its next generation, from a slice of its
 * records: its cells have become too few, what comes now falls into few of them, or many have lost
 * what lay in them. Belongs to the task's thread; the making itself is left to a {@link Trainer}.
 */
final class CodebookLife {
    /** Records placed anew in one go: writes are served in between. */
    private static final int PLACED_AT_ONCE = 200;

    /** The part of a collection that must have been written since the last generation. */
    private static final int WRITES_SHARE = 10;

    /**
     * Where many cells have become nearly empty, the next generation comes after this part of the
     * interval.
     */
    private static final int URGENT_PART = 5;

    /** Metrics follow the slice this often at most: to sort the cells takes a while. */
    private static final long SHOWN_EVERY_MS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(CodebookLife.class);

    private final CollectionDirectory directory;
    private final WholeSlices whole;
    private final Slices slices;
    private final LongConsumer toKey;
    private final LifeSettings settings;
    private final LifeMetrics metrics;
    private final Map<Long, Watch> watched = new HashMap<>();

    /** What is known of a collection since this task began. */
    private static final class Watch {
        private long since;
        private long lookedAt;

        private int made;
        private boolean placing = true;
        private boolean fresh = true;
        private boolean changed = true;
        private long shownAt = Long.MIN_VALUE;
    }

    /**
     * A life of the collections whose slices these are.
     *
     * @param whole of which collections they tell anything
     * @param toKey makes a collection the current key of the slices' state
     */
    CodebookLife(
            CollectionDirectory directory,
            WholeSlices whole,
            Slices slices,
            LongConsumer toKey,
            LifeSettings settings,
            LifeMetrics metrics) {
        this.directory = directory;
        this.whole = whole;
        this.slices = slices;
        this.toKey = toKey;
        this.settings = settings;
        this.metrics = metrics;
    }

    /** Goes on with slices that lay in the state. */
    void restore(Set<Long> uids, long now) {
        uids.forEach(uid -> watch(uid, now));
    }

    private Watch watch(long uid, long now) {
        Watch watch = watched.get(uid);
        if (watch == null) {
            watch = new Watch();
            watch.since = now;
            watch.lookedAt = now;
            watched.put(uid, watch);
        }
        return watch;
    }

    /** A change of a record; its collection is the current key. */
    void apply(SliceChange change, long now) throws Exception {
        Optional<CollectionState> collection = directory.byUid(change.collectionUid());
        if (collection.isEmpty() || collection.get().dropped()) {
            return;
        }
        watch(change.collectionUid(), now).changed = true;
        slices.apply(change, collection.get().settings(), collection.get().newest());
    }

    /** Takes up news of the collections: new generations, drops. */
    void refresh(long now) throws Exception {
        for (Iterator<Map.Entry<Long, Watch>> all = watched.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<Long, Watch> entry = all.next();
            toKey.accept(entry.getKey());
            Optional<CollectionState> collection = directory.byUid(entry.getKey());
            if (collection.isEmpty() || collection.get().dropped()) {
                slices.clear();
                metrics.forget(entry.getKey());
                all.remove();
                continue;
            }
            Generation newest = collection.get().newest();
            Watch watch = entry.getValue();
            boolean newer = newest.number() > slices.info().generation();
            if (newer || watch.fresh) {
                slices.takeUp(newest);
                watch.fresh = false;
                watch.placing = true;
                watch.since = newer ? now : watch.since;
            }
        }
    }

    /** Places some records of split cells anew, and shows what has changed. */
    void placeSome(long now) throws Exception {
        for (Map.Entry<Long, Watch> entry : watched.entrySet()) {
            Watch watch = entry.getValue();
            if (!watch.placing && !watch.changed) {
                continue;
            }
            toKey.accept(entry.getKey());
            Generation newest = state(entry.getKey()).newest();
            if (watch.placing) {
                watch.placing = !slices.placeSome(newest, PLACED_AT_ONCE);
                watch.changed = true;
            }
            if (watch.shownAt == Long.MIN_VALUE || now >= watch.shownAt + SHOWN_EVERY_MS) {
                show(entry.getKey(), watch, newest, now);
            }
        }
    }

    private void show(long uid, Watch watch, Generation newest, long now) throws Exception {
        if (newest.number() > 0 && whole.isWhole(uid)) {
            metrics.show(state(uid).settings(), newest, slices.sizes(newest));
            watch.shownAt = now;
        }
        watch.changed = false;
    }

    private CollectionState state(long uid) throws InterruptedException {
        return directory.byUid(uid).orElseThrow();
    }

    /**
     * Starts making the next generation of a collection that is due for one.
     *
     * @return whether it did
     */
    boolean start(Trainer trainer, long now) throws Exception {
        if (settings.splitsMax() == 0) {
            return false;
        }
        for (Map.Entry<Long, Watch> entry : watched.entrySet()) {
            Watch watch = entry.getValue();
            toKey.accept(entry.getKey());
            SliceInfo info = slices.info();
            long writes = Math.max(settings.writesMin(), info.live() / WRITES_SHARE);
            boolean ready =
                    info.generation() > 0
                            && whole.isWhole(entry.getKey())
                            && watch.made <= info.generation()
                            && !watch.placing
                            && now - Math.max(watch.since, watch.lookedAt)
                                    >= settings.intervalMs() / URGENT_PART
                            && info.writes() >= writes;
            if (ready) {
                watch.lookedAt = now;
                boolean inTime = now >= watch.since + settings.intervalMs();
                if (start(entry.getKey(), watch, trainer, inTime)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean start(long uid, Watch watch, Trainer trainer, boolean inTime) throws Exception {
        CollectionState collection = state(uid);
        Generation newest = collection.newest();
        if (newest.number() != slices.info().generation()) {
            return false; // the news are about to be taken up
        }
        BucketSizes sizes = slices.sizes(newest);
        boolean due = inTime ? sizes.isDue() : sizes.isUrgent();
        if (due || inTime) {
            slices.tried();
        }
        if (!due) {
            return false;
        }
        CollectionSettings about = collection.settings();
        List<NextGeneration.Placed> records = slices.records();
        watch.made = newest.number() + 1;
        LOG.info(
                "Collection {}: the fullest of {} buckets holds {} of about {} records, {} are nearly empty; changing them.",
                about.name(),
                sizes.cells(),
                sizes.largest(),
                sizes.records(),
                sizes.sparse().length);
        int most = settings.splitsMax();
        trainer.startNext(about, () -> NextGeneration.after(about, newest, records, sizes, most));
        return true;
    }

    /** Nothing came of the generation that was to be made: there will be another try. */
    void failed(long uid) {
        Watch watch = watched.get(uid);
        if (watch != null) {
            watch.made = 0;
        }
    }
}
