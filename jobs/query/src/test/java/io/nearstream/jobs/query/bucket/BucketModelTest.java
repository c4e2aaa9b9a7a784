package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.testing.Property;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;

class BucketModelTest {
    @Test
    void l2AnswersEqualBruteForce() {
        Property.holds(
                20,
                random ->
                        new BucketModel(Samples.PLACES, Samples.PLACES_1, HashMapStateBackend::new)
                                .run(random, 250));
    }

    @Test
    void cosineAnswersEqualBruteForce() {
        Property.holds(
                20,
                random ->
                        new BucketModel(Samples.WORDS, Samples.WORDS_1, HashMapStateBackend::new)
                                .run(random, 250));
    }

    @Test
    void answersEqualBruteForceOnRocksDb() {
        Property.holds(
                2,
                random ->
                        new BucketModel(
                                        Samples.PLACES,
                                        Samples.PLACES_1,
                                        EmbeddedRocksDBStateBackend::new)
                                .run(random, 400));
    }
}
