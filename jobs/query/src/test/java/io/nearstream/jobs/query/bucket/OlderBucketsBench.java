package io.nearstream.jobs.query.bucket;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.Settled;
import java.util.List;

/** Buckets that a newer generation empties, as its tests know them. */
final class OlderBucketsBench {
    static final long UID = Samples.PLACES.uid();
    static final byte[] VECTOR = Vectors.fromFloats(.1f, .2f, .3f, .4f);
    static final long WHILE_MS = 10 * BucketHarness.POLL_MS;

    /** A collection that has nothing learned yet. */
    static TestingDirectory places() {
        return new TestingDirectory().create(Samples.PLACES, 10);
    }

    /** An entry of the collection. */
    static byte[] row(String id, long time) {
        return EntryRow.put(
                id, Samples.version(time), 1, IndexChange.NEVER, List.of("red"), true, VECTOR);
    }

    static byte[] removal(String id, long time) {
        return EntryRow.removal(id, Samples.version(time));
    }

    /** An entry that a bucket gave up has been placed elsewhere. */
    static void left(BucketHarness buckets, int bucket, String id, long time) throws Exception {
        buckets.op(BucketOp.left(new BucketKey(UID, bucket), 1, removal(id, time)));
    }

    /** Generation 1 comes, and there is time to take it up. */
    static void publish(TestingDirectory directory, BucketHarness buckets) throws Exception {
        directory.publish(Samples.PLACES, Samples.PLACES_1, 20);
        buckets.pass(WHILE_MS);
    }

    /** A sender has left what is older than generation 1. */
    static void mark(BucketHarness buckets, int sender, int senders) throws Exception {
        buckets.op(BucketOp.marker(UID, 0, 1, sender, senders));
    }

    /** What is announced once a checkpoint is complete. */
    static List<Settled> checkpoint(BucketHarness buckets, long checkpoint) throws Exception {
        buckets.snapshot(checkpoint);
        buckets.flink().notifyOfCompletedCheckpoint(checkpoint);
        return buckets.announcements();
    }

    /** Vectors that a probe of everything meets. */
    static long scored(BucketHarness buckets) throws Exception {
        buckets.probe(Probes.exhaustive(UID, VECTOR).unsettled().build());
        return buckets.shares().get(0).vectorsScored();
    }

    private OlderBucketsBench() {}
}
