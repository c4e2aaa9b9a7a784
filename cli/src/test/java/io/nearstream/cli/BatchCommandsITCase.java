package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nearstream.formats.TruthFile;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From files to files, as people run it. */
class BatchCommandsITCase {
    private static final Schema ROW =
            new Schema.Parser()
                    .parse(
                            """
                            {"type": "record", "name": "Row", "fields": [
                              {"name": "id", "type": "string"},
                              {"name": "vector", "type": {"type": "array", "items": "float"}}]}
                            """);

    private static final Schema SET =
            new Schema.Parser()
                    .parse(
                            """
                            {"type": "record", "name": "Row", "fields": [
                              {"name": "id", "type": "string"},
                              {"name": "set", "type": {"type": "array", "items": "long"}}]}
                            """);

    @TempDir private Path dir;

    private Path line(String name, float... at) throws IOException {
        float[][] rows = new float[at.length][];
        for (int i = 0; i < at.length; i++) {
            rows[i] = new float[] {at[i], 0};
        }
        return TestFiles.fvecs(dir.resolve(name), rows);
    }

    private Path avro(String name, String[] ids, float... at) throws IOException {
        Path file = dir.resolve(name);
        try (DataFileWriter<GenericRecord> writer =
                new DataFileWriter<>(new GenericDatumWriter<>(ROW))) {
            writer.create(ROW, file.toFile());
            for (int i = 0; i < at.length; i++) {
                GenericRecord record = new GenericData.Record(ROW);
                record.put("id", ids[i]);
                record.put("vector", List.of(at[i], 0f));
                writer.append(record);
            }
        }
        return file;
    }

    private static Run batch(Object... arguments) {
        return Run.of(
                Stream.concat(Stream.of("batch"), Stream.of(arguments).map(Object::toString))
                        .toArray(String[]::new));
    }

    private List<String> namesInDirectory() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static Run join(Object base, Object metric, Object... more) {
        Object[] files = {"join", "--base", base, "--metric", metric, "--out", "x.csv"};
        return batch(Stream.concat(Stream.of(files), Stream.of(more)).toArray());
    }

    private static Run search(Object base, Object query, Object out, Object... more) {
        Object[] files = {
            "search", "--base", base, "--query", query, "--metric", "l2", "--out", out
        };
        return batch(Stream.concat(Stream.of(files), Stream.of(more)).toArray());
    }

    @Test
    void searchWritesRowNumbersAndDistancesAndTellsTheRecall() throws IOException {
        Path base = line("base.fvecs", 0, 10, 20, 30);
        Path query = line("query.fvecs", 11, 29);
        Path truth =
                TestFiles.ivecs(dir.resolve("truth.ivecs"), new int[] {1, 2}, new int[] {3, 0});
        Path out = dir.resolve("out.ivecs");

        Run run = search(base, query, out, "--k", 2, "--truth", truth, "--json");

        assertThat(run.code()).as(run.err()).isZero();
        JsonNode summary = new ObjectMapper().readTree(run.out());
        assertThat(summary.get("recall").asDouble()).isEqualTo(.75); // 3's second is 2, not 0
        assertThat(summary.get("queries").asInt()).isEqualTo(2);
        assertThat(TruthFile.read(out, 9).neighbours())
                .containsExactly(new int[] {1, 2}, new int[] {3, 2});
        ByteBuffer distances =
                ByteBuffer.wrap(VectorFile.open(dir.resolve("out.fvecs")).row(1))
                        .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(distances.getFloat()).isEqualTo(1);
        assertThat(distances.getFloat()).isEqualTo(9);
        assertThat(run.err()).contains("base", "answer", "/s");
        assertThat(namesInDirectory())
                .containsExactly(
                        "base.fvecs", "out.fvecs", "out.ivecs", "query.fvecs", "truth.ivecs");
    }

    @Test
    void whatExistsIsKeptUnlessTheUserSaysOtherwise() throws IOException {
        Path base = line("base.fvecs", 0, 10);
        Path out = Files.writeString(dir.resolve("out.csv"), "precious");

        Run refused = search(base, base, out, "--k", 1);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("out.csv exists already", "--overwrite");
        assertThat(out).hasContent("precious");

        Run done = search(base, base, out, "--k", 1, "--overwrite");
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(out).hasContent("query,rank,id,distance\n0,1,0,0.0\n1,1,1,0.0\n");
    }

    @Test
    void theBaseIsNotReplacedByTheDistancesBesideTheAnswers() throws IOException {
        Path base = line("sift.fvecs", 0, 10);
        byte[] content = Files.readAllBytes(base);
        Run run = search(base, base, dir.resolve("sift.ivecs"), "--k", 1, "--overwrite");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("sift.fvecs, which this run reads");
        assertThat(base).hasBinaryContent(content);
    }

    @Test
    void aTruthOfFewerQueriesIsRefusedBeforeTheRun() throws IOException {
        Path base = line("base.fvecs", 0, 10, 20);
        Path truth = TestFiles.ivecs(dir.resolve("truth.ivecs"), new int[] {0}, new int[] {1});
        Run run = search(base, base, dir.resolve("out.csv"), "--k", 1, "--truth", truth);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .contains("truth.ivecs knows 2 queries, but", "base.fvecs has 3")
                .doesNotContain("sample");
    }

    @Test
    void idsCountAsMemory() throws IOException {
        String[] ids = {"x".repeat(700_000)};
        Path base = avro("base.avro", ids, 0);
        Run run =
                batch(
                        "join",
                        "--base",
                        base,
                        "--metric",
                        "l2",
                        "--eps",
                        1,
                        "--memory",
                        1,
                        "--out",
                        dir.resolve("out.csv"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("The ids of", "base.avro", "--memory, 1 MiB");
    }

    @Test
    void aRunThatFailsLeavesNothingBehind() throws IOException {
        Path base = line("base.fvecs", 0, 10);
        Path query = line("query.fvecs", 1, Float.NaN);
        Run run = search(base, query, dir.resolve("out.ivecs"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("query.fvecs, row 1", "NaN");
        assertThat(namesInDirectory()).containsExactly("base.fvecs", "query.fvecs");
    }

    @Test
    void namesOfAvroRowsGoIntoTables() throws IOException {
        Path base = avro("base.avro", new String[] {"a,b", "c"}, 0, 10);
        Path query = avro("query.avro", new String[] {"q"}, 1);
        Path csv = dir.resolve("out.csv");
        Run search = search(base, query, csv, "--k", 5);
        assertThat(search.code()).as(search.err()).isZero();
        assertThat(csv).hasContent("query,rank,id,distance\nq,1,\"a,b\",1.0\nq,2,c,9.0\n");

        Path avro = dir.resolve("out.avro");
        Run join =
                batch(
                        "join",
                        "--base",
                        base,
                        "--query",
                        query,
                        "--metric",
                        "l2",
                        "--eps",
                        5,
                        "--out",
                        avro);
        assertThat(join.code()).as(join.err()).isZero();
        List<String> pairs = new ArrayList<>();
        try (DataFileReader<GenericRecord> reader =
                new DataFileReader<>(avro.toFile(), new GenericDatumReader<>())) {
            reader.forEach(pair -> pairs.add(pair.toString()));
        }
        assertThat(pairs)
                .containsExactly("{\"left\": \"a,b\", \"right\": \"q\", \"distance\": 1.0}");
    }

    @Test
    void dedupeKeepsTheFirstOfNearOnes() throws IOException {
        // 2 is near 0, 3 near 2 and no other; 1 and 4 are far.
        Path base = line("base.fvecs", 0, 50, 1, 2, 90);
        Path out = dir.resolve("out.csv");
        Run run = batch("dedupe", "--base", base, "--metric", "l2", "--eps", 1, "--out", out);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("5 rows, 3 stay");
        assertThat(out).hasContent("id,duplicate_of,distance\n0,,\n1,,\n2,0,1.0\n3,2,1.0\n4,,\n");

        Path kept = dir.resolve("kept.csv");
        run =
                batch(
                        "dedupe",
                        "--base",
                        base,
                        "--metric",
                        "l2",
                        "--eps",
                        1,
                        "--kept-only",
                        "--out",
                        kept);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(kept).hasContent("id,duplicate_of,distance\n0,,\n1,,\n4,,\n");
    }

    @Test
    void setsAreDeduplicatedByTheirCommonElements() throws IOException {
        Path base = dir.resolve("sets.avro");
        long[][] sets = {{1, 2, 3, 4}, {9, 8}, {4, 3, 2, 1}, {1, 2, 3, 5, 6, 7}};
        try (DataFileWriter<GenericRecord> writer =
                new DataFileWriter<>(new GenericDatumWriter<>(SET))) {
            writer.create(SET, base.toFile());
            for (int i = 0; i < sets.length; i++) {
                GenericRecord record = new GenericData.Record(SET);
                record.put("id", "doc " + i);
                record.put("set", Arrays.stream(sets[i]).boxed().toList());
                writer.append(record);
            }
        }
        Path out = dir.resolve("out.csv");
        Run run = batch("dedupe", "--base", base, "--metric", "jaccard", "--eps", .2, "--out", out);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("4 rows, 3 stay, 0.9992 of those at --eps found");
        assertThat(out)
                .hasContent(
                        "id,duplicate_of,distance\ndoc 0,,\ndoc 1,,\ndoc 2,doc 0,0.0\ndoc 3,,\n");

        run =
                batch(
                        "dedupe",
                        "--base",
                        base,
                        "--metric",
                        "jaccard",
                        "--eps",
                        .2,
                        "--tables",
                        3,
                        "--out",
                        out);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--tables and --hashes go together");
    }

    @Test
    void wrongUsageIsSaidBeforeAnythingIsRead() {
        Run run = search("none", "none", "x.csv", "--k", 0);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--k must be between 1 and 1000, but was 0");
        run = join("none", "jaccard", "--eps", 1);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--eps must be below 1 under jaccard, but was 1.0");
        run = join("none", "jaccard", "--eps", .1, "--visiting", .5);
        assertThat(run.err()).contains("--cells and --visiting must be left out under jaccard");
        run = join("none", "l2", "--eps", .1, "--tables", 2, "--hashes", 2);
        assertThat(run.err()).contains("--tables and --hashes divide sets, but --metric was l2");
        run = batch("join", "--base", "none", "--metric", "l2", "--eps", 1, "--out", "x.ivecs");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("--out must end in .csv or .avro");
    }
}
