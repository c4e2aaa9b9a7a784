package io.nearstream.client;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.annotation.Nullable;

/**
 * Writes, reads and watches keys. What it opens is closed with the client, or before by its user.
 * Thread-safe.
 *
 * <p>Which reader: <em>strong</em> where an answer must contain every write that was acknowledged
 * before, at the price of a way through the log; <em>live</em> where a fraction of a millisecond
 * matters; <em>cached</em> for keys that are read far more often than they change.
 */
public final class KeyValues {
    private final KafkaClients kafka;
    private final KeyValueRequests requests;
    private final Set<Runnable> opened = new HashSet<>();
    @Nullable private KeyValueWriter writer;
    private boolean closed;

    KeyValues(KafkaClients kafka) {
        this.kafka = kafka;
        ClientOptions options = kafka.options();
        this.requests =
                new KeyValueRequests(
                        () ->
                                Requests.start(
                                        Requests.Kind.KEY_VALUES,
                                        kafka.prompt(),
                                        kafka.consumer(),
                                        options.random(),
                                        options.keyValuesPendingMax()),
                        options.keyValueDeadline());
    }

    /** Puts and deletes keys. */
    public synchronized KeyValueWriter writer() {
        checkOpen();
        if (writer == null) {
            writer = new KeyValueWriter(kafka.bulk(), requests);
        }
        return writer;
    }

    /**
     * Reads through the log of writes: linearizable with them, also where no TaskManager can be
     * reached. A read takes the way of a write, some milliseconds, and at most {@link
     * ClientOptions#keyValueDeadline}.
     */
    public KeyValueReader strong() {
        return open(onClose -> new StrongReader(requests, onClose), KeyValueReader::close);
    }

    /**
     * Reads the state of the running job through Flink's Queryable State. Live reads see
     * <em>uncommitted</em> state: after a failure the job goes back to its last checkpoint and
     * repeats what came after it, and until it has, reads may show an older value than before.
     * While the job restarts, reads wait for it until their deadline. Queryable State has no
     * authentication and no encryption: whoever reaches its ports reads every key.
     */
    public KeyValueReader live(LiveReadOptions options) {
        return open(onClose -> LiveReader.start(options, onClose), KeyValueReader::close);
    }

    /**
     * Reads from memory what is read often, and from the source what is not there.
     *
     * @param source stays open when the cache is closed
     */
    public NearCache cached(KeyValueReader source, NearCacheOptions options) {
        return open(
                onClose -> NearCache.start(source, options, kafka.consumer(), onClose),
                NearCache::close);
    }

    /**
     * Follows the changes of keys.
     *
     * @param listener called on the watch's own thread; what it throws ends the watch
     */
    public KeyValueWatch watch(WatchOptions options, Consumer<KeyChange> listener) {
        return open(
                onClose -> KeyValueWatch.start(options, listener, kafka.consumer(), onClose),
                KeyValueWatch::close);
    }

    /** Ends with the client what its user has not closed. */
    private synchronized <T> T open(Function<Runnable, T> opener, Consumer<T> closer) {
        checkOpen();
        Runnable[] close = new Runnable[1];
        T thing = opener.apply(() -> forget(close[0]));
        close[0] = () -> closer.accept(thing);
        opened.add(close[0]);
        return thing;
    }

    private synchronized void forget(Runnable close) {
        opened.remove(close);
    }

    private synchronized List<Runnable> closeAll() {
        closed = true;
        return List.copyOf(opened);
    }

    /** Ends every reader, watch and pending request. */
    void close() {
        // Not under the lock: a watch that is waited for may be calling here.
        closeAll().forEach(Runnable::run);
        requests.close();
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("The client is closed.");
        }
    }
}
