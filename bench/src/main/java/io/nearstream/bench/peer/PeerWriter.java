package io.nearstream.bench.peer;

import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.wire.AvroWire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Consumes the writes and indexes them, on one thread. */
final class PeerWriter {
    private static final Duration POLL = Duration.ofMillis(20);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final VectorIndex index;
    private final Shown shown;
    private final AvroWire wire = AvroWire.of(VectorWrite.getClassSchema());
    private final AtomicLong asked = new AtomicLong();
    private volatile long shownUpTo;
    private long unshown;

    PeerWriter(String bootstrap, VectorIndex index, Shown shown) {
        this.index = index;
        this.shown = shown;
        this.consumer = PeerKafka.consumer(bootstrap);
        consumer.assign(PeerKafka.partitions(consumer, TopicNames.VECTORS));
        consumer.seekToBeginning(consumer.assignment());
    }

    /** Asks for everything that was produced by now; {@link #hasShown} tells when. */
    long ask() {
        return asked.incrementAndGet();
    }

    boolean hasShown(long request) {
        return shownUpTo >= request;
    }

    void run() throws IOException {
        while (true) {
            long request = asked.get();
            if (request > shownUpTo) {
                readTo(consumer.endOffsets(consumer.assignment()));
                shown.refresh();
                unshown = 0;
                shownUpTo = request;
            } else if (shownUpTo > 0 && unshown > 0) {
                showOrRead();
            } else {
                read(POLL);
            }
        }
    }

    /** Once the load was shown, later writes are as soon as no more wait. */
    private void showOrRead() throws IOException {
        long before = unshown;
        read(Duration.ZERO);
        if (unshown == before) {
            shown.refreshLittle();
            unshown = 0;
        }
    }

    private void readTo(Map<TopicPartition, Long> ends) throws IOException {
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            read(POLL);
        }
    }

    private void read(Duration wait) throws IOException {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            VectorWrite write = PeerKafka.decode(wire, record, VectorWrite.class);
            ByteBuffer vector = write.getVector();
            byte[] bytes = new byte[vector.remaining()];
            vector.duplicate().get(bytes);
            index.add(Integer.parseInt(write.getId()), bytes);
            unshown++;
        }
    }
}
