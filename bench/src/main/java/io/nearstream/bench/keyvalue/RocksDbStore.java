package io.nearstream.bench.keyvalue;

import io.nearstream.client.KeyValue;
import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * RocksDB in this process, set as the jobs set theirs: no log of its own, bloom filters, no
 * compression, as much cache as a job's managed memory. Calls end before they return. Thread-safe,
 * but for {@link #replace}: whoever calls it holds the key's lock.
 */
final class RocksDbStore implements KvStore {
    private static final int FILTER_BITS_PER_KEY = 10;

    private final Cache cache;
    private final BloomFilter filter = new BloomFilter(FILTER_BITS_PER_KEY, false);
    private final Options options = new Options();
    private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
    private final RocksDB rocks;

    private RocksDbStore(Path dir, long cacheBytes) throws RocksDBException {
        cache = new LRUCache(cacheBytes);
        options.setCreateIfMissing(true)
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setTableFormatConfig(
                        new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(filter));
        rocks = RocksDB.open(options, dir.toString());
    }

    /** Opens an empty one in a directory. */
    static RocksDbStore open(Path dir, long cacheBytes) throws IOException {
        try {
            RocksDB.loadLibrary();
            return new RocksDbStore(dir, cacheBytes);
        } catch (RocksDBException failure) {
            throw new IOException(
                    "Cannot open RocksDB in %s: %s".formatted(dir, failure.getMessage()), failure);
        }
    }

    @Override
    public CompletableFuture<Optional<KeyValue>> read(String key) {
        try {
            byte[] value = rocks.get(bytes(key));
            return CompletableFuture.completedFuture(
                    Optional.ofNullable(value)
                            .map(
                                    found ->
                                            new KeyValue(
                                                    key,
                                                    found,
                                                    Version.NONE,
                                                    0,
                                                    OptionalLong.empty())));
        } catch (RocksDBException failure) {
            return failed(failure);
        }
    }

    @Override
    public CompletableFuture<Boolean> put(String key, byte[] value) {
        try {
            rocks.put(unlogged, bytes(key), value);
            return CompletableFuture.completedFuture(true);
        } catch (RocksDBException failure) {
            return failed(failure);
        }
    }

    @Override
    public CompletableFuture<Boolean> replace(KeyValue read, byte[] value) {
        try {
            byte[] now = rocks.get(bytes(read.key()));
            return Arrays.equals(now, read.value())
                    ? put(read.key(), value)
                    : CompletableFuture.completedFuture(false);
        } catch (RocksDBException failure) {
            return failed(failure);
        }
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> CompletableFuture<T> failed(RocksDBException failure) {
        return CompletableFuture.failedFuture(
                new NearstreamException("RocksDB failed: " + failure.getMessage(), failure));
    }

    @Override
    public void close() {
        rocks.close();
        unlogged.close();
        options.close();
        filter.close();
        cache.close();
    }
}
