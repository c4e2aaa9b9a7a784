package io.nearstream.jobs.common.control;

import io.nearstream.jobs.common.topics.TopicNames;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Keeps the records of the collections topic from all tasks of this JVM while it is told to. To be
 * opened before any task starts: tasks share the feed that is there. Thread-safe.
 */
public final class HeldControl implements AutoCloseable {
    private static final TopicPartition PARTITION = new TopicPartition(TopicNames.COLLECTIONS, 0);
    private static final Duration POLL = Duration.ofMillis(10);

    private final ControlFeed feed;
    private volatile boolean holding;
    private volatile boolean awaited;

    private HeldControl(String bootstrap) {
        feed = ControlFeed.acquire(bootstrap, PARTITION, name -> holding(name));
    }

    /** Stands before the topic of this broker until it is closed and the tasks have ended. */
    public static HeldControl open(String bootstrap) {
        return new HeldControl(bootstrap);
    }

    /** From now on, tasks get no record. */
    public void hold() {
        awaited = false;
        holding = true;
    }

    /** Whether, since then, a task has had to wait for a record that is held. */
    public boolean isAwaited() {
        return awaited;
    }

    /** Tasks get what was held, and what comes. */
    public void release() {
        holding = false;
    }

    @Override
    public void close() {
        feed.release();
    }

    @SuppressWarnings("unchecked") // a proxy is not generic
    private Consumer<byte[], byte[]> holding(String bootstrap) {
        HoldingConsumer consumer =
                new HoldingConsumer(KafkaCollectionDirectory.consumer(bootstrap));
        return (Consumer<byte[], byte[]>)
                Proxy.newProxyInstance(
                        Consumer.class.getClassLoader(),
                        new Class<?>[] {Consumer.class},
                        (proxy, method, arguments) -> consumer.call(method, arguments));
    }

    /** A consumer whose records, and with them its position, lag behind. Of the feed's thread. */
    private final class HoldingConsumer {
        private final Consumer<byte[], byte[]> real;
        private final Deque<ConsumerRecord<byte[], byte[]>> held = new ArrayDeque<>();

        private HoldingConsumer(Consumer<byte[], byte[]> real) {
            this.real = real;
        }

        private Object call(Method method, Object[] arguments) throws Throwable {
            if (method.getName().equals("poll")) {
                return poll((Duration) arguments[0]);
            }
            if (method.getName().equals("position") && !held.isEmpty()) {
                awaited = holding; // who asks where it is waits for the end
                return held.getFirst().offset();
            }
            try {
                return method.invoke(real, arguments);
            } catch (InvocationTargetException failure) {
                throw failure.getCause();
            }
        }

        private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            long end = System.nanoTime() + timeout.toNanos();
            do {
                real.poll(POLL).forEach(held::add);
            } while ((holding || held.isEmpty()) && System.nanoTime() < end);
            if (holding || held.isEmpty()) {
                return ConsumerRecords.empty();
            }
            List<ConsumerRecord<byte[], byte[]>> released = List.copyOf(held);
            held.clear();
            return new ConsumerRecords<>(Map.of(PARTITION, released), Map.of());
        }
    }
}
