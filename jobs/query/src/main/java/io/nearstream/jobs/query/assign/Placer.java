package io.nearstream.jobs.query.assign;

import io.nearstream.core.codes.CellCodes;
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
import java.util.Optional;
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

    /** What each bucket is sent of a record whose next placement is known. */
    @FunctionalInterface
    private interface Rows {
        byte[] of(int bucket, Placement next);
    }

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

    /** The whole row of a change that is no delete. */
    static byte[] row(IndexChange change, CollectionState collection) {
        return EntryRow.put(
                change.key().id(),
                change.version(),
                space(collection).inverseNorm(change.vector(), 0),
                change.expiresAt(),
                change.labels(),
                change.payload().length > 0,
                change.vector());
    }

    /**
     * The row of a record for each bucket: with a code about the cell's centroid where there is
     * one, else with its vector. A cell that the record is leaving gets the vector, too: from its
     * centroid the record may be so far away by now that a code would tell nothing.
     */
    private static Rows rows(byte[] whole, byte[] vector, CollectionState collection) {
        Optional<CellCodes> codes = CellCodes.of(collection.settings(), collection.newest());
        if (codes.isEmpty()) {
            return (bucket, next) -> whole;
        }
        return (bucket, next) ->
                codes.get()
                        .reference(bucket)
                        .filter(about -> PlacementRules.belongs(next, bucket))
                        .map(about -> EntryRow.coded(whole, codes.get().encode(vector, about)))
                        .orElse(whole);
    }

    /** A newer version of the record. */
    Placement upsert(
            Placement now, IndexChange change, CollectionState collection, long nextCheckpoint) {
        Generation newest = collection.newest();
        boolean signed =
                isOf(newest, change.generation(), change.generationHash())
                        && change.buckets().length > 0;
        int[] placed = signed ? change.buckets() : newest.place(change.key().id(), change.vector());
        return send(
                change.key(),
                newest.number(),
                rows(row(change, collection), change.vector(), collection),
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
                removal(record, version),
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
        byte[] vector = vector(entry.row(), collection);
        int[] placed =
                isOf(newest, entry.generation(), entry.generationHash())
                        ? entry.buckets()
                        : newest.place(record.id(), vector);
        Placement next =
                send(
                        record,
                        newest.number(),
                        rows(entry.row(), vector, collection),
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
                removal(record, now.version()),
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

    private static Rows removal(RecordKey record, Version version) {
        byte[] row = EntryRow.removal(record.id(), version);
        return (bucket, next) -> row;
    }

    private Placement send(
            RecordKey record, int generation, Rows rows, PlacementRules.Decision decision) {
        Placement next = decision.next();
        for (int bucket : decision.appendTo()) {
            send(record, generation, bucket, rows.of(bucket, next));
        }
        for (int bucket : decision.replaceIn()) {
            send(record, generation, bucket, EntryRow.replacing(rows.of(bucket, next)));
        }
        for (int bucket : decision.removeFrom()) {
            send(record, generation, bucket, rows.of(bucket, next));
        }
        return next;
    }

    private void send(RecordKey record, int generation, int bucket, byte[] row) {
        BucketKey key = new BucketKey(record.collectionUid(), bucket);
        buckets.accept(BucketOp.append(key, generation, row));
    }

    private static VectorSpace space(CollectionState collection) {
        return VectorSpace.of(collection.settings());
    }
}
