package io.nearstream.jobs.query.bucket;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.testing.Property;
import java.util.List;
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

    /** Of so many dimensions rows have codes, which leave out what cannot be a hit. */
    @Test
    void answersOfCodedRowsEqualBruteForce() {
        for (Metric metric : List.of(Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT)) {
            CollectionSettings wide =
                    CollectionSettings.learned("wide", 0x77L, 24, metric, Encoding.FLOAT32);
            Property.holds(
                    20,
                    random ->
                            new BucketModel(wide, Samples.train(wide), HashMapStateBackend::new)
                                    .run(random, 250));
        }
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
