package io.nearstream.jobs.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.common.testing.TestingDirectory;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FirstTrainingTest {
    private static final CollectionSettings SETTINGS =
            CollectionSettings.learned("c", 1, 4, Metric.L2, Encoding.FLOAT32);

    private final AtomicInteger waits = new AtomicInteger();
    private final TestingDirectory directory = new TestingDirectory().create(SETTINGS, 10);

    private FirstTraining training(Duration atMost) throws InterruptedException {
        CollectionDirectory handle = directory.provider().open();
        CollectionDirectory counted =
                (CollectionDirectory)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {CollectionDirectory.class},
                                (proxy, method, arguments) -> {
                                    if (method.getName().equals("awaitGeneration")) {
                                        assertThat(arguments[1]).isEqualTo(1);
                                        assertThat(arguments[2]).isEqualTo(atMost);
                                        waits.incrementAndGet();
                                    }
                                    return method.invoke(handle, arguments);
                                });
        return new FirstTraining(counted, atMost);
    }

    private CollectionState collection() {
        return directory.byUid(SETTINGS.uid()).orElseThrow();
    }

    @Test
    void lateWritesWaitOnceForEachCollection() throws InterruptedException {
        FirstTraining training = training(Duration.ofSeconds(3));
        training.await(collection(), 199);
        assertThat(waits).hasValue(0);
        training.await(collection(), 200);
        training.await(collection(), 900);
        assertThat(waits).hasValue(1);
        training.forget(SETTINGS.uid());
        training.await(collection(), 900);
        assertThat(waits).hasValue(2);
    }

    @Test
    void nobodyWaitsWhereThatIsTurnedOff() throws InterruptedException {
        training(Duration.ZERO).await(collection(), 900);
        assertThat(waits).hasValue(0);
    }

    @Test
    void seededAndTrainedCollectionsDoNotWait() throws InterruptedException {
        CollectionSettings seeded =
                new CollectionSettings(
                        "s",
                        2,
                        4,
                        Metric.COSINE,
                        Encoding.FLOAT32,
                        BucketScheme.SIGN_PROJECTION,
                        4,
                        2,
                        7,
                        .9,
                        10_000,
                        CollectionSettings.CELLS_DEFAULT);
        directory.create(seeded, 20);
        FirstTraining training = training(Duration.ofSeconds(3));
        CollectionState state = directory.byUid(seeded.uid()).orElseThrow();
        assertThat(training.await(state, 900)).isEqualTo(state);
        assertThat(waits).hasValue(0);
    }
}
