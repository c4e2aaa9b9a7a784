package io.nearstream.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Joins the first rows of a file of images with themselves, by Nearstream and by every setting of
 * Spark's join that was asked for, one after the other, on as many cores.
 */
@Command(
        name = "spark-join",
        mixinStandardHelpOptions = true,
        description =
                "Measures 'nearstream batch join' beside Spark MLlib's approxSimilarityJoin on the first rows of a file, with about one true pair for each row.")
public final class SparkJoinMain implements Callable<Integer> {
    @Option(names = "--base", required = true, description = "Images, IDX, plain or .gz.")
    private Path base;

    @Option(
            names = "--rows",
            required = true,
            split = ",",
            description = "How many of the first rows, one comparison each.")
    private List<Integer> rows;

    @Option(
            names = "--truth",
            description =
                    "All pairs of --rows rows, as 'nearstream bench join --truth' wrote them; for one number of rows only. Default: compare all with all.")
    private Path truth;

    @Option(names = "--tables", required = true, split = ",", description = "numHashTables.")
    private List<Integer> tables;

    @Option(
            names = "--bucket-lengths",
            required = true,
            split = ",",
            description = "bucketLength, each with each of --tables.")
    private List<Double> bucketLengths;

    @Option(
            names = "--recall",
            defaultValue = ".99",
            description =
                    "Recall of which the fastest are compared, ours and Spark's, besides each run of ours with Spark's fastest of at least its own. Default: ${DEFAULT-VALUE}.")
    private double recall;

    @Option(
            names = "--visiting",
            defaultValue = ".5,.7",
            split = ",",
            description =
                    "'--visiting' of 'nearstream batch join', a run each. Default: ${DEFAULT-VALUE}.")
    private List<Double> visiting;

    @Option(
            names = "--limit",
            defaultValue = "300",
            description = "Seconds after which a setting is stopped. Default: ${DEFAULT-VALUE}.")
    private long limitSeconds;

    @Option(
            names = "--cores",
            defaultValue = "2",
            description = "Of both, 1 or more. Default: ${DEFAULT-VALUE}.")
    private int cores;

    @Option(
            names = "--partitions",
            defaultValue = "32",
            description = "Of Spark's shuffles, 1 or more. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--nearstream",
            required = true,
            description = "The script 'nearstream', built.")
    private Path nearstream;

    @Option(names = "--json", description = "Write all figures to this file, too.")
    private Path json;

    /** Runs what the arguments say, and exits: 0 done, 1 failed, 2 wrong usage. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SparkJoinMain()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Setting> settings = new ArrayList<>();
        for (int count : tables) {
            for (double length : bucketLengths) {
                settings.add(new Setting(count, length));
            }
        }
        Path scratch = Files.createTempDirectory("spark-join");
        List<Map<String, Object>> comparisons = new ArrayList<>();
        try (SparkJoin spark = new SparkJoin(cores, partitions, scratch)) {
            for (int count : rows) {
                Comparison comparison = compare(spark, count, settings, scratch);
                System.out.println(comparison.table());
                comparisons.add(comparison.document());
                write(spark, comparisons); // what was measured stays if a later one fails
            }
        } finally {
            delete(scratch);
        }
        return 0;
    }

    private Comparison compare(SparkJoin spark, int count, List<Setting> settings, Path scratch)
            throws IOException, InterruptedException {
        List<byte[]> vectors = Images.read(base, count);
        System.err.println("true pairs of " + count + " rows ...");
        TruePairs pairs =
                truth == null ? TruePairs.of(vectors, count) : TruePairs.read(truth, count, count);
        Path file = scratch.resolve("rows.bvecs");
        Images.write(vectors, file);
        List<NearstreamJoin> ours = new ArrayList<>();
        for (double a : visiting) {
            System.err.println("nearstream batch join --visiting " + a + " ...");
            ours.add(NearstreamJoin.run(nearstream, file, pairs, a, cores, scratch));
            System.err.println("  " + ours.get(ours.size() - 1));
        }
        spark.warmUp(vectors, pairs.eps());
        Dataset<Row> data = spark.cached(vectors);
        List<SparkRun> runs = new ArrayList<>();
        for (Setting setting : settings) {
            SparkRun run = spark.run(data, setting, pairs, limitSeconds);
            System.err.println("  " + run);
            runs.add(run);
        }
        data.unpersist(true);
        return new Comparison(count, pairs, recall, limitSeconds, ours, runs);
    }

    private void write(SparkJoin spark, List<Map<String, Object>> comparisons) throws IOException {
        if (json != null) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("spark_version", spark.version());
            document.put("cores", cores);
            document.put("partitions", partitions);
            document.put("heap_bytes", Runtime.getRuntime().maxMemory());
            document.put("comparisons", comparisons);
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValue(json.toFile(), document);
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(directory)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
