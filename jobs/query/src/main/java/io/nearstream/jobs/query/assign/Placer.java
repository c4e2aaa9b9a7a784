package io.nearstream.jobs.query.assign;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.model.Version;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.message.FetchRequest;
import io.nearstream.jobs.query.message.MovedEntry;
import java.util.Arrays;
import java.util.function.Consumer;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a change, a move or a leave of one record into rows for its buckets, by {@link
 * PlacementRules}. Knows no state and no clock: it is given the placement and returns the next one.
 */
final class Placer {
    private static final Logger LOG = LoggerFactory.getLogger(Placer.class);

    private final Consumer<BucketOp> buckets;

    Placer(Consumer<BucketOp> buckets) {
        this.buckets = buckets;
    }

    /** Whether the change's vector is one of its collection: nobody checks the topic's writers. */
    boolean fits(IndexChange change, CollectionState collection) {
        try {
            space(collection).check(change.vector());
            return true;
        } catch (RefusedException refused) {
            LOG.error(
                    "The index change of '{}' at version {} is left out: {}",
                    change.key().id(),
                    change.version(),
                    refused.getMessage());
            return false;
        }
    }

    /** A newer version of the record. */
    Placement upsert(
            Placement now, IndexChange change, CollectionState collection, long nextCheckpoint) {
        Generation newest = collection.newest();
        boolean signed =
                isOf(newest, change.generation(), change.generationHash())
                        && change.buckets().length > 0;
        int[] placed = signed ? change.buckets() : newest.place(change.key().id(), change.vector());
        byte[] row =
                EntryRow.put(
                        change.key().id(),
                        change.version(),
                        space(collection).inverseNorm(change.vector(), 0),
                        change.expiresAt(),
                        change.labels(),
                        change.payload().length > 0,
                        change.vector());
        return send(
                change.key(),
                newest.number(),
                row,
                PlacementRules.upsert(
                        now,
                        change.version(),
                        newest.number(),
                        placed,
                        change.payload().length > 0,
                        nextCheckpoint));
    }

    /** The record is deleted. */
    Placement delete(
            Placement now, RecordKey record, Version version, int generation, long forgetAt) {
        return send(
                record,
                generation,
                EntryRow.removal(record.id(), version),
                PlacementRules.delete(now, version, forgetAt));
    }

    /** The record's entry, given up by an older bucket, belongs elsewhere now. */
    Placement move(
            Placement now,
            RecordKey record,
            MovedEntry entry,
            CollectionState collection,
            long nextCheckpoint) {
        Generation newest = collection.newest();
        int[] placed =
                isOf(newest, entry.generation(), entry.generationHash())
                        ? entry.buckets()
                        : newest.place(record.id(), vector(entry.row(), collection));
        Placement next =
                send(
                        record,
                        newest.number(),
                        entry.row(),
                        PlacementRules.move(now, newest.number(), placed, nextCheckpoint));
        left(next, record, entry.fromBucket());
        return next;
    }

    /** Tells a bucket that gave up the record's entry that it has been placed elsewhere. */
    void left(Placement now, RecordKey record, int fromBucket) {
        if (!PlacementRules.belongs(now, fromBucket)) {
            buckets.accept(
                    BucketOp.left(
                            new BucketKey(record.collectionUid(), fromBucket),
                            now.generation(),
                            EntryRow.removal(record.id(), now.version())));
        }
    }

    private byte[] vector(byte[] row, CollectionState collection) {
        return Arrays.copyOfRange(
                row, EntryRow.vectorAt(row, 0, space(collection).vectorBytes()), row.length);
    }

    private static boolean isOf(Generation newest, int generation, long hash) {
        return generation == newest.number() && hash == newest.hash();
    }

    /** Older copies of the record go whose time has come. */
    Placement leave(Placement now, RecordKey record, long completedCheckpoint) {
        return send(
                record,
                now.generation(),
                EntryRow.removal(record.id(), now.version()),
                PlacementRules.leave(now, completedCheckpoint));
    }

    /** Lets the record's home bucket answer; where the record is not there, any bucket says so. */
    void fetch(@Nullable Placement now, FetchRequest request) {
        long uid = request.record().collectionUid();
        if (now == null || now.deleted()) {
            buckets.accept(BucketOp.missing(new BucketKey(uid, -1), 0, request));
        } else {
            BucketKey home = new BucketKey(uid, now.buckets()[0]);
            buckets.accept(BucketOp.fetch(home, now.generation(), request));
        }
    }

    private Placement send(
            RecordKey record, int generation, byte[] row, PlacementRules.Decision decision) {
        send(record, generation, decision.appendTo(), row);
        if (decision.replaceIn().length > 0) {
            send(record, generation, decision.replaceIn(), EntryRow.replacing(row));
        }
        send(record, generation, decision.removeFrom(), row);
        return decision.next();
    }

    private void send(RecordKey record, int generation, int[] targets, byte[] row) {
        for (int bucket : targets) {
            BucketKey key = new BucketKey(record.collectionUid(), bucket);
            buckets.accept(BucketOp.append(key, generation, row));
        }
    }

    private static VectorSpace space(CollectionState collection) {
        return VectorSpace.of(collection.settings());
    }
}
