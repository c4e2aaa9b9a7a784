package io.nearstream.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.History;
import io.nearstream.chaos.history.Journal;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZombieTest {
    private static final long SEED = 1;
    private static final int RECORDS = 40;

    @TempDir private Path dir;

    private final AtomicLong clock = new AtomicLong();
    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
    private final Recent recent = new Recent();
    private Journal journal;

    @BeforeEach
    void writeRecords() {
        journal =
                Journal.create(
                        dir.resolve("journal"),
                        new History.Subject(SEED, "c", "k"),
                        clock::incrementAndGet);
        for (int i = 0; i < RECORDS; i++) {
            recent.put("r" + i, i);
        }
    }

    private Producer<byte[], byte[]> producer() {
        producers.add(
                new MockProducer<>(
                        true, null, new ByteArraySerializer(), new ByteArraySerializer()));
        return producers.get(producers.size() - 1);
    }

    private Zombie zombie() {
        return new Zombie(
                this::producer,
                journal,
                CollectionSettings.learned("c", SEED, 4, Metric.L2, Encoding.UINT8),
                new Content(SEED));
    }

    @Test
    void whatItsSuccessorWritesIsCommitted() throws Exception {
        Zombie zombie = zombie();

        zombie.write(new SplittableRandom(SEED), recent);
        assertThat(producers.get(0).history()).as("an open transaction").isEmpty();
        producers.get(0).fenceProducer();
        zombie.fence();

        assertThat(producers).hasSize(2).allSatisfy(one -> assertThat(one.closed()).isTrue());
        assertThat(producers.get(0).history()).isEmpty();
        assertThat(producers.get(1).history()).hasSize(5);
    }

    @Test
    void oneThatAnotherFaultKeptFromBeginningIsOver() throws Exception {
        Zombie zombie = zombie();
        producers.get(0).initTransactionException = new TimeoutException("no broker");

        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> zombie.write(new SplittableRandom(SEED), recent));
        zombie.fence();

        assertThat(producers).hasSize(1);
        assertThat(producers.get(0).closed()).isTrue();
    }
}
