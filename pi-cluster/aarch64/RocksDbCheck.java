import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/**
 * Loads the native library of RocksDB, which the jar on the class path has for this processor, and
 * uses it: open, put, get, flush, checkpoint, open the checkpoint. Run by {@code aarch64-check}.
 */
public final class RocksDbCheck {
    private static final int KEYS = 1_000;

    private RocksDbCheck() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        RocksDB.loadLibrary();
        say("loaded", System.getProperty("os.arch") + ", RocksDB " + RocksDB.rocksdbVersion());
        Path copy = directory.resolve("checkpoint");
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB database = RocksDB.open(options, directory.resolve("db").toString())) {
            for (int key = 0; key < KEYS; key++) {
                database.put(bytes("key-" + key), bytes("value-" + key));
            }
            require(database, "put and read");
            try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
                database.flush(flush);
            }
            require(database, "read from files");
            try (Checkpoint checkpoint = Checkpoint.create(database)) {
                checkpoint.createCheckpoint(copy.toString());
            }
            database.put(bytes("key-0"), bytes("changed"));
        }
        try (RocksDB database = RocksDB.openReadOnly(copy.toString())) {
            require(database, "checkpoint");
        }
    }

    private static void require(RocksDB database, String what) throws Exception {
        for (int key = 0; key < KEYS; key++) {
            byte[] value = database.get(bytes("key-" + key));
            if (value == null
                    || !new String(value, StandardCharsets.UTF_8).equals("value-" + key)) {
                throw new IllegalStateException(
                        what + ": key-" + key + " has not the value that was put.");
            }
        }
        if (database.get(bytes("absent")) != null) {
            throw new IllegalStateException(what + ": a key that was never put has a value.");
        }
        say(what, KEYS + " keys");
    }

    private static void say(String what, String detail) {
        System.out.printf("%-16s %s%n", what, detail);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
