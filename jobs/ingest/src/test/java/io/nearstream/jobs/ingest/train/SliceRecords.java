package io.nearstream.jobs.ingest.train;

import static io.nearstream.jobs.ingest.train.LearnHarness.TRAIN_AFTER;
import static io.nearstream.jobs.ingest.train.LearnHarness.vectors;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.testing.TestingDirectory;
import java.util.List;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Writes and deletes records of a collection's slice, placed as the newest generation does. */
record SliceRecords(TestingDirectory directory, CollectionSettings settings) {
    Generation newest() throws InterruptedException {
        return directory.byUid(settings.uid()).orElseThrow().newest();
    }

    /** Records with ids that count from the first. */
    void live(LearnHarness harness, int first, List<byte[]> vectors) throws Exception {
        Generation newest = newest();
        for (int i = 0; i < vectors.size(); i++) {
            SliceChange change = change(first + i, vectors.get(i), newest);
            harness.processElement2(new StreamRecord<>(change));
        }
    }

    SliceChange change(int id, byte[] vector, Generation by) {
        int[] buckets = by.place("id" + id, vector);
        return change(id, vector, buckets, by.number());
    }

    private SliceChange change(int id, byte[] vector, int[] buckets, int generation) {
        long hash = SliceChange.hash("id" + id);
        return new SliceChange(settings.uid(), hash, 0, vector, buckets, generation);
    }

    void delete(LearnHarness harness, int first, int count) throws Exception {
        for (int id = first; id < first + count; id++) {
            SliceChange gone = change(id, new byte[0], new int[0], newest().number());
            harness.processElement2(new StreamRecord<>(gone));
        }
    }

    /** Lets the operator learn generation 1. */
    void learnFirst(LearnHarness harness) throws Exception {
        List<byte[]> vectors = vectors(TRAIN_AFTER);
        live(harness, 0, vectors);
        harness.send(settings, vectors);
        harness.awaitOutput(1);
        harness.takeUp();
        harness.pollSome();
    }
}
