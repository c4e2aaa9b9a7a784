package io.nearstream.bench.keyvalue;

import io.nearstream.client.KeyValue;
import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A Redis server over one connection, as an asynchronous client of it works: what was asked while a
 * pipeline was under way leaves in the next. Thread-safe.
 */
final class RedisStore implements KvStore {
    /** Puts a value if the key still has the other one; the server runs scripts one by one. */
    private static final byte[] REPLACE =
            bytes(
                    "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) return 1 end return 0");

    private static final int TIMEOUT_MS = 10_000;
    private static final int PIPELINE_MAX = 10_000;

    /** Deletes in one go; more would hold up the server's other users. */
    private static final int DELETE_BATCH = 1_000;

    /** A command, and where its answer goes. */
    private record Asked(Consumer<Pipeline> send, Runnable answer, Consumer<Throwable> fail) {}

    private final Jedis jedis;
    private final BlockingQueue<Asked> queue = new LinkedBlockingQueue<>();
    private final Thread worker = new Thread(this::work, "bench-redis");

    private RedisStore(Jedis jedis) {
        this.jedis = jedis;
        worker.setDaemon(true);
        worker.start();
    }

    /**
     * Connects.
     *
     * @param address {@code HOST:PORT}
     * @throws NearstreamException if no Redis answers there
     */
    static RedisStore connect(String address) {
        try {
            return new RedisStore(
                    new Jedis( // connects
                            HostAndPort.from(address),
                            DefaultJedisClientConfig.builder()
                                    .connectionTimeoutMillis(TIMEOUT_MS)
                                    .socketTimeoutMillis(TIMEOUT_MS)
                                    .build()));
        } catch (JedisException failure) {
            throw new NearstreamException(
                    "--redis %s: no Redis answers there: %s"
                            .formatted(address, failure.getMessage()),
                    failure);
        }
    }

    @Override
    public CompletableFuture<Optional<KeyValue>> read(String key) {
        return ask(
                pipeline -> pipeline.get(bytes(key)),
                value ->
                        Optional.ofNullable(value)
                                .map(
                                        found ->
                                                new KeyValue(
                                                        key,
                                                        found,
                                                        Version.NONE,
                                                        0,
                                                        OptionalLong.empty())));
    }

    @Override
    public CompletableFuture<Boolean> put(String key, byte[] value) {
        return ask(pipeline -> pipeline.set(bytes(key), value), ok -> true);
    }

    @Override
    public CompletableFuture<Boolean> replace(KeyValue read, byte[] value) {
        return ask(
                pipeline ->
                        pipeline.eval(
                                REPLACE, List.of(bytes(read.key())), List.of(read.value(), value)),
                replaced -> replaced.equals(1L));
    }

    /** Deletes keys, many at a time. */
    void delete(List<String> keys) throws InterruptedException {
        List<CompletableFuture<Long>> deletions = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += DELETE_BATCH) {
            byte[][] some =
                    keys.subList(from, Math.min(keys.size(), from + DELETE_BATCH)).stream()
                            .map(RedisStore::bytes)
                            .toArray(byte[][]::new);
            deletions.add(ask(pipeline -> pipeline.del(some), count -> count));
        }
        for (CompletableFuture<Long> deletion : deletions) {
            Waiting.await(deletion, "delete keys in Redis");
        }
    }

    private <A, T> CompletableFuture<T> ask(
            Function<Pipeline, Response<A>> command, Function<A, T> result) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        List<Response<A>> response = new ArrayList<>(1);
        queue.add(
                new Asked(
                        pipeline -> response.add(command.apply(pipeline)),
                        () -> answer.complete(result.apply(response.get(0).get())),
                        answer::completeExceptionally));
        return answer;
    }

    private void work() {
        List<Asked> asked = new ArrayList<>();
        try {
            while (true) {
                asked.add(queue.take());
                queue.drainTo(asked, PIPELINE_MAX);
                exchange(asked);
                asked.clear();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            queue.drainTo(asked);
            asked.forEach(each -> each.fail().accept(closed));
        }
    }

    private void exchange(List<Asked> asked) {
        try (Pipeline pipeline = jedis.pipelined()) {
            asked.forEach(each -> each.send().accept(pipeline));
            pipeline.sync();
        } catch (JedisException failure) {
            asked.forEach(each -> each.fail().accept(failure));
            return;
        }
        for (Asked each : asked) {
            try {
                each.answer().run();
            } catch (JedisException refused) {
                each.fail().accept(refused);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        worker.interrupt();
        try {
            worker.join(TIMEOUT_MS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        jedis.close();
    }
}
