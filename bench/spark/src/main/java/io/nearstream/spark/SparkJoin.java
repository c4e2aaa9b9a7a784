package io.nearstream.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.ml.feature.BucketedRandomProjectionLSH;
import org.apache.spark.ml.feature.BucketedRandomProjectionLSHModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Joins rows with themselves by MLlib, in this JVM. The rows lie in Spark's cache before a clock
 * starts, each vector in the smaller of MLlib's two forms. Not thread-safe.
 */
final class SparkJoin implements AutoCloseable {
    private static final double NANOS = 1e9;
    private static final String ID = "id";
    private static final String FEATURES = "features";
    private static final String HASHES = "hashes";
    private static final long SEED = 1;
    private static final int WARM_UP_ROWS = 300;

    private final SparkSession session;
    private final int cores;

    /**
     * @param cores threads of tasks, 1 or more
     * @param partitions of shuffles, 1 or more
     * @param scratch for what does not fit into memory
     */
    SparkJoin(int cores, int partitions, Path scratch) {
        this.cores = cores;
        this.session =
                SparkSession.builder()
                        .appName("approxSimilarityJoin")
                        .master("local[" + cores + "]")
                        .config("spark.ui.enabled", false)
                        .config("spark.local.dir", scratch.toString())
                        .config("spark.sql.warehouse.dir", scratch.resolve("tables").toString())
                        .config("spark.sql.shuffle.partitions", partitions)
                        .config("spark.driver.bindAddress", "127.0.0.1")
                        .config("spark.driver.host", "127.0.0.1")
                        .getOrCreate();
        session.sparkContext().setLogLevel("ERROR");
    }

    String version() {
        return session.version();
    }

    /** Runs a small join, so that classes are loaded and code is compiled when a clock starts. */
    void warmUp(List<byte[]> rows, double eps) throws InterruptedException {
        List<byte[]> few = rows.subList(0, Math.min(WARM_UP_ROWS, rows.size()));
        Dataset<Row> data = cached(few);
        join(data, new Setting(2, eps), eps);
        data.unpersist(true);
    }

    /** The rows in Spark's cache, in some partitions for each core. */
    Dataset<Row> cached(List<byte[]> rows) {
        List<Row> table = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            table.add(RowFactory.create(i, vector(rows.get(i))));
        }
        StructField[] fields = {
            DataTypes.createStructField(ID, DataTypes.IntegerType, false),
            DataTypes.createStructField(FEATURES, SQLDataTypes.VectorType(), false)
        };
        Dataset<Row> data =
                session.createDataFrame(table, DataTypes.createStructType(fields))
                        .repartition(2 * cores)
                        .cache();
        data.count();
        return data;
    }

    private static Vector vector(byte[] row) {
        double[] values = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            values[i] = row[i] & 0xff;
        }
        return Vectors.dense(values).compressed();
    }

    /**
     * Runs a setting until it ends, or as long as it may.
     *
     * @param data of {@link #cached}
     * @param limitSeconds after which it is stopped
     */
    SparkRun run(Dataset<Row> data, Setting setting, TruePairs truth, long limitSeconds)
            throws InterruptedException {
        Hashes hashes = hashes(data, setting);
        long joinedRows = hashes.joinedRows();
        double reachable = hashes.reachable(truth);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        long began = System.nanoTime();
        try {
            Future<Set<Long>> join = thread.submit(() -> join(data, setting, truth.eps()));
            try {
                Set<Long> found = join.get(limitSeconds, TimeUnit.SECONDS);
                return new SparkRun(
                        setting,
                        joinedRows,
                        reachable,
                        SparkRun.Outcome.ENDED,
                        seconds(began),
                        truth.recall(found),
                        "");
            } catch (TimeoutException tooLong) {
                double seconds = seconds(began);
                return new SparkRun(
                        setting,
                        joinedRows,
                        reachable,
                        SparkRun.Outcome.STOPPED,
                        seconds,
                        0,
                        "over the limit");
            } catch (ExecutionException failed) {
                return new SparkRun(
                        setting,
                        joinedRows,
                        reachable,
                        SparkRun.Outcome.FAILED,
                        seconds(began),
                        0,
                        firstLine(failed.getCause()));
            }
        } finally {
            session.sparkContext().cancelAllJobs();
            thread.shutdown();
            while (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
                session.sparkContext().cancelAllJobs(); // one may have begun since
            }
        }
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / NANOS;
    }

    private static String firstLine(Throwable failure) {
        return failure.toString().lines().findFirst().orElse("");
    }

    private static BucketedRandomProjectionLSHModel fit(Dataset<Row> data, Setting setting) {
        return new BucketedRandomProjectionLSH()
                .setInputCol(FEATURES)
                .setOutputCol(HASHES)
                .setNumHashTables(setting.tables())
                .setBucketLength(setting.bucketLength())
                .setSeed(SEED)
                .fit(data);
    }

    /** Learns, joins and brings every pair once. */
    private static Set<Long> join(Dataset<Row> data, Setting setting, double eps) {
        Column one = functions.col("datasetA." + ID);
        Column other = functions.col("datasetB." + ID);
        List<Row> pairs =
                fit(data, setting)
                        .approxSimilarityJoin(data, data, eps, "distance")
                        .filter(one.lt(other))
                        .select(one, other)
                        .collectAsList();
        Set<Long> found = new HashSet<>();
        pairs.forEach(pair -> found.add(TruePairs.pair(pair.getInt(0), pair.getInt(1))));
        return found;
    }

    /** Of each row by its id, one for each table. */
    private record Hashes(long[][] ofRow) {
        /** Of every bucket of every table all with all, as the join makes them. */
        long joinedRows() {
            long joined = 0;
            for (int table = 0; table < ofRow[0].length; table++) {
                Map<Long, Long> sizes = new HashMap<>();
                for (long[] hashes : ofRow) {
                    sizes.merge(hashes[table], 1L, Long::sum);
                }
                joined += sizes.values().stream().mapToLong(size -> size * size).sum();
            }
            return joined;
        }

        double reachable(TruePairs truth) {
            Set<Long> met = new HashSet<>();
            for (long pair : truth.pairs()) {
                long[] one = ofRow[TruePairs.lesser(pair)];
                long[] other = ofRow[TruePairs.greater(pair)];
                for (int table = 0; table < one.length; table++) {
                    if (one[table] == other[table]) {
                        met.add(pair);
                    }
                }
            }
            return truth.recall(met);
        }
    }

    private static Hashes hashes(Dataset<Row> data, Setting setting) {
        List<Row> rows = fit(data, setting).transform(data).select(ID, HASHES).collectAsList();
        long[][] ofRow = new long[rows.size()][];
        for (Row row : rows) {
            List<Vector> tables = row.getList(1);
            ofRow[row.getInt(0)] =
                    tables.stream().mapToLong(hash -> (long) hash.apply(0)).toArray();
        }
        return new Hashes(ofRow);
    }

    @Override
    public void close() {
        session.stop();
    }
}
