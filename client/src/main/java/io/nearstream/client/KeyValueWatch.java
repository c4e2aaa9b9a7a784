package io.nearstream.client;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the changes of keys, uncommitted, and tells each to a listener, on one thread: what
 * blocks there delays what follows. Changes of a key come in the order of their versions; what the
 * job repeats after a failure is dropped, for the keys that changed last ({@link
 * WatchOptions#keysRemembered}). Fast changes of a key may be merged by the topic's compaction: the
 * last one always comes.
 */
public final class KeyValueWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyValueWatch.class);

    private final WatchOptions options;
    private final java.util.function.Consumer<KeyChange> listener;
    private final Runnable onClose;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Map<String, Version> newest;
    @Nullable private ChangeFeed feed;

    /** Follows nothing yet; see {@link #start}. */
    KeyValueWatch(
            WatchOptions options,
            java.util.function.Consumer<KeyChange> listener,
            Runnable onClose) {
        this.options = options;
        this.listener = listener;
        this.onClose = onClose;
        this.newest =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, Version> eldest) {
                        return size() > options.keysRemembered();
                    }
                };
    }

    static KeyValueWatch start(
            WatchOptions options,
            java.util.function.Consumer<KeyChange> listener,
            Consumer<byte[], byte[]> changes,
            Runnable onClose) {
        KeyValueWatch watch = new KeyValueWatch(options, listener, onClose);
        watch.feed =
                ChangeFeed.start(
                        changes, options.beginning(), watch.feedListener(), "nearstream-watch");
        return watch;
    }

    /** What the feed does to the watch; called by one thread. */
    ChangeFeed.Listener feedListener() {
        return new ChangeFeed.Listener() {
            @Override
            public boolean wants(String key) {
                return key.startsWith(options.prefix());
            }

            @Override
            public void changed(String key, KeyValueEntry entry) {
                Version before = newest.get(key);
                if (before != null && !entry.version().isNewerThan(before)) {
                    return;
                }
                Optional<KeyValue> value;
                try {
                    value = Gets.visible(key, entry, options.clock().millis());
                } catch (IllegalStateException broken) {
                    LOG.warn("Cannot tell {}: {}", Limits.quote(key), broken.getMessage());
                    return;
                }
                newest.put(key, entry.version());
                listener.accept(new KeyChange(key, entry.version(), entry.writerTime(), value));
            }

            @Override
            public void lost(String key) {
                // Forgotten long after its delete was told, or said not to be readable in the log.
            }

            @Override
            public void asOf(long time) {
                // A watch says what it sees, whenever that is.
            }

            @Override
            public void caughtUp() {
                caughtUp.complete(null);
            }

            @Override
            public void ended(@Nullable NearstreamException failure) {
                NearstreamException cause =
                        failure != null
                                ? failure
                                : new NearstreamException("The watch was closed.");
                caughtUp.completeExceptionally(cause);
                if (failure != null) {
                    ended.completeExceptionally(failure);
                } else {
                    ended.complete(null);
                }
            }
        };
    }

    /**
     * Complete once everything that stood in the topic when the watch began has been told. Actions
     * that depend on it run on the watch's thread.
     */
    public CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    /**
     * Complete once the watch is closed; failed if the topic cannot be read any more, or the
     * listener threw.
     */
    public CompletableFuture<Void> ended() {
        return ended;
    }

    /** Tells nothing any more once it returns, unless the listener itself closes. */
    @Override
    public void close() {
        if (feed != null) {
            feed.close();
        }
        onClose.run();
    }
}
