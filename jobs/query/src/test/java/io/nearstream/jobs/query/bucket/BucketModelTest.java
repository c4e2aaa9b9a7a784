package io.nearstream.jobs.query.bucket;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.testing.Property;
import java.util.List;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** Whatever a bucket's number comes from, and however nearness is measured. */
    @ParameterizedTest
    @CsvSource({
        "LEARNED, INNER_PRODUCT",
        "LEARNED, HAMMING",
        "BIT_SAMPLING, HAMMING",
        "MIN_HASH, JACCARD",
        "SIGN_PROJECTION, COSINE",
        "SIGN_PROJECTION, L2",
        "P_STABLE, COSINE",
        "P_STABLE, L2",
        "CROSS_POLYTOPE, COSINE",
        "CROSS_POLYTOPE, L2"
    })
    void answersOfEveryFamilyAndMetricEqualBruteForce(BucketScheme family, Metric metric) {
        CollectionSettings settings = settings(family, metric);
        Property.holds(
                5,
                random ->
                        new BucketModel(settings, Samples.train(settings), HashMapStateBackend::new)
                                .run(random, 250));
    }

    private static CollectionSettings settings(BucketScheme family, Metric metric) {
        boolean seeded = family.isSeeded();
        Encoding encoding =
                metric == Metric.HAMMING
                        ? Encoding.BINARY
                        : metric == Metric.JACCARD ? Encoding.SET64 : Encoding.FLOAT32;
        boolean pStable = family == BucketScheme.P_STABLE;
        boolean hashes = pStable || family == BucketScheme.MIN_HASH;
        return new CollectionSettings(
                "some",
                0x77L,
                8,
                metric,
                encoding,
                family,
                seeded ? 4 : 0,
                seeded ? 3 : 0,
                7,
                0.9,
                200,
                12,
                hashes ? 2 : 0,
                pStable ? 1 : 0);
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
