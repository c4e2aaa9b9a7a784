package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What nobody can measure is said before anything starts, in one line that names the option, the
 * range and the value. In arguments, BASE and QUERY have 4 dimensions, OTHER has 5, TRUTH knows 3
 * neighbours.
 */
class BenchUsageTest {
    @TempDir static Path dir;

    @BeforeAll
    static void writeFiles() throws IOException {
        TestFiles.bvecs(dir.resolve("base.bvecs"), 20, 4, 1);
        TestFiles.bvecs(dir.resolve("query.bvecs"), 2, 4, 2);
        TestFiles.bvecs(dir.resolve("other.bvecs"), 2, 5, 3);
        TestFiles.bvecs(dir.resolve("labels.bvecs"), 19, 1, 4);
        TestFiles.ivecs(dir.resolve("truth.ivecs"), new int[] {0, 1, 2}, new int[] {3, 4, 5});
        Files.createFile(dir.resolve("empty.fvecs"));
        write(
                "ok.yaml",
                "a:\n  1: {operation: insert, start: 0, end: 20}\n  2: {operation: search}");
        write("empty.yaml", "");
        write("cut.yaml", "a:\n  1: {operation: insert, start: [");
        write("bytes.yaml", "\u0001\u0002 : {");
        write(
                "long.yaml",
                "a:\n  1: {operation: insert, start: 0, end: 21}\n  2: {operation: search}");
        write(
                "twice.yaml",
                "a:\n  1: {operation: insert, start: 0, end: 5}\n  1: {operation: search}");
        write("silent.yaml", "a:\n  1: {operation: insert, start: 0, end: 5}");
        write(
                "classes.yaml",
                "a:\n  rows_by_label: true\n  1: {operation: insert, start: 0, end: 9}\n  2: {operation: search}");
        Path set = Files.createDirectory(dir.resolve("set"));
        Files.writeString(
                set.resolve("nearstream-set.json"),
                """
                {"base": "../base.bvecs", "query": "../query.bvecs", "truth": "../truth.ivecs", "metric": "l2"}
                """);
        Files.createDirectory(dir.resolve("none"));
    }

    private static void write(String name, String text) throws IOException {
        Files.writeString(dir.resolve(name), text);
    }

    private static Run run(String arguments) {
        String filled =
                arguments
                        .replace("FILES", "--base BASE --query QUERY --metric l2 --json JSON")
                        .replace("BASE", dir.resolve("base.bvecs").toString())
                        .replace("QUERY", dir.resolve("query.bvecs").toString())
                        .replace("OTHER", dir.resolve("other.bvecs").toString())
                        .replace("TRUTH", dir.resolve("truth.ivecs").toString())
                        .replace("JSON", dir.resolve("out.json").toString())
                        .replace("DIR", dir.toString());
        return Run.of(filled.split(" "));
    }

    private static void assertOneLine(Run run, String complaint) {
        assertThat(run.code()).isIn(1, 2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("nearstream: ").contains(complaint);
        // Behind wrong usage stands where to read about it.
        assertThat(run.err()).hasLineCount(run.code());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "search",
                "compare",
                "stream",
                "join",
                "standing",
                "mixed",
                "cluster",
                "power"
            })
    void everyBenchmarkExplainsItself(String name) {
        Run run = Run.of("bench", name, "--help");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("Usage: nearstream bench " + name).contains("--json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--k 0|--k must be between 1 and 1000, but was 0.",
                "--k 4|knows 3 neighbours per query: --k must be between 1 and 3 with it, but was 4.",
                "--k three|'--k'",
                "--queries -3|--queries must be between 1 and 2147483647, but was -3.",
                "--in-flight 0|--in-flight must be between 1 and 10000, but was 0.",
                "--batch 257|--batch must be between 1 and 256, but was 257.",
                "--parallelism 65|--parallelism must be between 1 and 64, but was 65.",
                "--compare-routing 0|--compare-routing must be between 1 and 64, but was 0.",
                "--routing some|must be probe or broadcast, but was 'some'",
                "--seconds 0|--seconds must be between 1 and 3600, but was 0.",
                "--seconds -1|--seconds must be between 1 and 3600, but was -1.",
                "--warm-up-loads 11|--warm-up-loads must be between 0 and 10, but was 11.",
                "--single-writes 0|--single-writes must be between 1 and 100000, but was 0.",
                "--target-recall 1.5|target-recall must be above 0 and at most 1, but was 1.5.",
                "--code zip|code must be vector, float16, int8, rabitq4, rabitq1, product or auto, but was 'zip'.",
                "--code int8 --rerank 1001|rerank must be between 0 and 1000, but was 1001.",
                "--code vector --rerank 2|rerank must be left out",
                "--hash-bits 3|hash-bits must be left out: learned buckets have no hashes, but was 3.",
                "--buckets p-stable|width must be between",
                "--buckets bit-sampling|BIT_SAMPLING under HAMMING",
            })
    void searchSaysWhatItCannotDo(String options, String complaint) {
        String files = options.contains("--k 0") ? "" : " --k 3";
        String k = options.startsWith("--k ") ? "" : files;
        assertOneLine(run("bench search FILES --truth TRUTH " + options + k), complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--base BASE --query OTHER --metric l2 --truth TRUTH --json JSON|has 5 dimensions",
                "--base DIR/no.fvecs --query QUERY --metric l2 --truth TRUTH --json JSON|no.fvecs: no such file",
                "--base DIR/empty.fvecs --query QUERY --metric l2 --truth TRUTH --json JSON|empty.fvecs",
                "--base DIR --query QUERY --metric l2 --truth TRUTH --json JSON|",
                "--base BASE --query QUERY --metric l2 --truth DIR/no.ivecs --json JSON|no.ivecs: there is no such file",
                "--base BASE --query QUERY --metric l2 --truth BASE --json JSON|a ground truth must be an .ivecs file",
                "--base BASE --query QUERY --metric l2 --truth TRUTH --json DIR|--json must be a file, but",
                "--base BASE --query QUERY --metric l2 --truth TRUTH --json DIR/a/b|--json: there is no directory",
                "--base BASE --query QUERY --metric l2 --truth TRUTH --json JSON --dir DIR|--dir must be empty",
                "--base BASE --query QUERY --truth TRUTH --json JSON|--metric l2, cosine",
            })
    void searchSaysWhichFileIsWrong(String arguments, String complaint) {
        assertOneLine(run("bench search --k 3 " + arguments), complaint == null ? "" : complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--queries 0|--queries must be between 1 and 2147483647, but was 0.",
                "--probes-per-s 0|--probes-per-s must be between 1 and 10000, but was 0.",
                "--seconds 3601|--seconds must be between 1 and 3600, but was 3601.",
                "--warm-up-loads -1|--warm-up-loads must be between 0 and 10, but was -1.",
            })
    void mixedSaysWhatItCannotDo(String options, String complaint) {
        assertOneLine(run("bench mixed FILES " + options), complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no|no.yaml: no such file or directory.",
                "empty|empty.yaml: a runbook has one key",
                "cut|cut.yaml is no YAML",
                "bytes|bytes.yaml is no YAML",
                "long|step 1: end must be a row between 1 and 20, but was 21.",
                "twice|twice.yaml is no YAML",
                "classes|'a' means classes by its ranges of rows: name a file with their labels in --labels.",
                "silent|silent.yaml: 'a' has no search step",
            })
    void streamSaysWhatIsWrongWithARunbook(String name, String complaint) {
        assertOneLine(run("bench stream FILES --runbook DIR/" + name + ".yaml"), complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--systems sonar|--systems must be of [nearstream, lucene-hnsw, jvector, brute-force], each once at most, but was [sonar].",
                "--systems jvector,jvector|each once at most, but was [jvector, jvector].",
                "--k 101|--k must be between 1 and 100, but was 101.",
                "--queries 0|--queries must be between 1 and 2147483647, but was 0.",
                "--candidates 0|--candidates must be between 1 and 10000, but was 0.",
                "--memory-mb 255|--memory-mb must be between 256 and 65536, but was 255.",
                "--labels DIR/no.gz|no.gz",
                "--labels DIR/labels.bvecs|there must be one byte for each of the 20 rows",
            })
    void streamSaysWhatItCannotDo(String options, String complaint) {
        assertOneLine(run("bench stream FILES --runbook DIR/ok.yaml " + options), complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--data DIR/set --rounds 0|--rounds must be between 1 and 9, but was 0.",
                "--data DIR/set --k 101|--k must be between 1 and 100, but was 101.",
                "--data DIR/set --k 4|knows 3 neighbours per query",
                "--data DIR/set --k 3 --queries 0|--queries must be between 1 and 2147483647, but was 0.",
                "--data DIR/set --k 3 --seconds 0|--seconds must be between 1 and 600, but was 0.",
                "--data DIR/set --k 3 --seconds -2|--seconds must be between 1 and 600, but was -2.",
                "--data DIR/set --k 3 --warm-up-loads 11|--warm-up-loads must be between 0 and 10, but was 11.",
                "--data DIR/set --k 3 --in-flight 0|--in-flight must be between 1 and 10000, but was 0.",
                "--data DIR/set --k 3 --memory-mb 65537|--memory-mb must be between 256 and 65536, but was 65537.",
                "--data DIR/set --k 3 --systems sonar|each once at most, but was [sonar].",
                "--data DIR/set --k 3 --systems brute-force,brute-force|each once at most, but was",
                "--data DIR/no|--data must be a folder",
                "--data DIR/none|holds none of the known sets",
                "--data DIR/set --plot DIR/a/b|--plot: there is no directory",
                "--data DIR/set --plot DIR|--plot must be a file, but",
            })
    void compareSaysWhatItCannotDo(String options, String complaint) {
        assertOneLine(run("bench compare --json JSON " + options), complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--load writes|must be gets or puts or probes or mixed, but was 'writes'",
                "--load gets,gets|each once at most, but was [GETS, GETS].",
                "--in-flight 0|--in-flight must be between 1 and 4096, but was 0.",
                "--in-flight 8,4097|--in-flight must be between 1 and 4096, but was 4097.",
                "--seconds 0|--seconds must be between 1 and 86400, but was 0.",
                "--warm-up -1|--warm-up must be between 0 and 86400, but was -1.",
                "--steady-within 86401|--steady-within must be between 0 and 86400, but was 86401.",
                "--keys 0|--keys must be between 1 and 10000000, but was 0.",
                "--value-bytes 23|--value-bytes must be between 24 and 1048576, but was 23.",
                "--vectors 0|--vectors must be between 1 and 10000000, but was 0.",
                "--dimensions 4097|--dimensions must be between 1 and 4096, but was 4097.",
                "--k 1001|--k must be between 1 and 1000, but was 1001.",
                "--parallelism 129|--parallelism must be between 1 and 128, but was 129.",
                "--state nowhere|--state: address must be HOST:PORT",
                "--work DIR|--work must be a file, but",
            })
    void clusterSaysWhatItCannotDo(String options, String complaint) {
        assertOneLine(run("bench cluster --json JSON " + options), complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--limit 1|--limit must be 2 or more, but was 1.",
                "--metric jaccard|--metric jaccard needs documents",
                "--metric inner-product --eps 1|it is no distance",
                "--visiting 0|--visiting must be above 0 and at most 1, but was 0.0.",
                "--visiting .5,1 --dir DIR/d|--dir is for one measurement, but --visiting has 2.",
                "--eps 1 --warm-ups 11|--warm-ups must be between 0 and 10, but was 11.",
                "--eps 1 --parallelism 0|--parallelism must be between 1 and 64, but was 0.",
                "--eps 1 --cells 1|cells must be",
                "--eps 1|--train-after must be at most the number of vectors",
            })
    void joinSaysWhatItCannotDo(String options, String complaint) {
        assertOneLine(run("bench join --base BASE --json JSON " + options), complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--limit 0|--limit must be at least 1, but was 0.",
                "--cells 1|cells must be",
                "--queries 0|--queries must be between 1 and 1000000, but was 0.",
                "--k 1001|--k must be between 1 and 1000, but was 1001.",
                "--probes 0|--probes must be between 1 and 65536, but was 0.",
                "--writes-per-s 0|--writes-per-s must be between 1 and 1000000, but was 0.",
                "--seconds 0|--seconds must be between 1 and 3600, but was 0.",
                "--warm-up -1|--warm-up must be between 0 and 3600, but was -1.",
                "--queries 5 --checked 6|--checked must be between 1 and 5, but was 6.",
                "--parallelism 65|--parallelism must be between 1 and 64, but was 65.",
                "--metric l2|--base must hold float32 vectors (.fvecs)",
            })
    void standingSaysWhatItCannotDo(String options, String complaint) {
        assertOneLine(run("bench standing --base BASE --json JSON " + options), complaint);
    }
}
