package io.nearstream.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nearstream.chaos.check.Violation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bugs of {@code chaos/planted} fit the sources of today, and are counted as promised. */
class PlantedBugsTest {
    private static final Path ROOT = Path.of(System.getProperty("nearstream.root"));
    private static final Path PLANTED = ROOT.resolve("chaos/planted");
    private static final Pattern NAMED = Pattern.compile("^Named by: (.*)$", Pattern.MULTILINE);
    private static final Pattern HUNK = Pattern.compile("@@ -\\d+,(\\d+) \\+\\d+,(\\d+) @@.*");

    @TempDir private Path dir;

    /** What a patch takes for granted of a file, and what it makes of that. */
    private record Hunk(String file, List<String> before, List<String> after) {}

    static List<Path> patches() throws IOException {
        try (Stream<Path> files = Files.list(PLANTED)) {
            return files.filter(file -> file.toString().endsWith(".patch")).sorted().toList();
        }
    }

    @Test
    void thereAreBugs() throws IOException {
        assertThat(patches()).hasSizeGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("patches")
    void aPatchFitsTheSources(Path patch) throws IOException {
        List<Hunk> hunks = hunks(Files.readAllLines(patch));
        assertThat(hunks).as("hunks of %s", patch).isNotEmpty();
        for (Hunk hunk : hunks) {
            assertThat("\n" + Files.readString(ROOT.resolve(hunk.file())))
                    .as(
                            "%s no longer fits %s. Make the same mistake by hand in the sources of"
                                    + " today, put what 'git diff' says below the text of the patch,"
                                    + " and undo it.",
                            patch, hunk.file())
                    .containsOnlyOnce("\n" + String.join("\n", hunk.before()) + "\n");
        }
    }

    @ParameterizedTest
    @MethodSource("patches")
    void aPatchSaysWhatItIsNamedBy(Path patch) throws IOException {
        Matcher named = NAMED.matcher(Files.readString(patch));
        assertThat(named.find()).as("a line 'Named by: COUNTER' in %s", patch).isTrue();
        assertThat(Arrays.stream(Violation.values()).map(Violation::key)).contains(named.group(1));
    }

    private static List<Hunk> hunks(List<String> patch) {
        List<Hunk> hunks = new ArrayList<>();
        String file = "";
        for (int at = 0; at < patch.size(); ) {
            String line = patch.get(at++);
            Matcher head = HUNK.matcher(line);
            if (line.startsWith("+++ b/")) {
                file = line.substring("+++ b/".length());
            } else if (head.matches()) {
                Hunk hunk = new Hunk(file, new ArrayList<>(), new ArrayList<>());
                int before = Integer.parseInt(head.group(1));
                int after = Integer.parseInt(head.group(2));
                while (hunk.before().size() < before || hunk.after().size() < after) {
                    String content = patch.get(at++);
                    if (!content.startsWith("+")) {
                        hunk.before().add(content.substring(1));
                    }
                    if (!content.startsWith("-")) {
                        hunk.after().add(content.substring(1));
                    }
                }
                assertThat(hunk.before()).as("as long as it says: %s", line).hasSize(before);
                assertThat(hunk.after()).as("as long as it says: %s", line).hasSize(after);
                hunks.add(hunk);
            }
        }
        return hunks;
    }

    /** What {@code chaos/planted/run} decides, of what it counted. */
    private record Verdict(int exitCode, String told) {}

    private Verdict verdict(String shape, List<String> results)
            throws IOException, InterruptedException {
        Path file = Files.write(dir.resolve("results.tsv"), results);
        Process awk =
                new ProcessBuilder(
                                "awk",
                                "-v",
                                "results=" + file,
                                "-v",
                                "first=1",
                                "-v",
                                "last=10",
                                "-v",
                                "shape=" + shape,
                                "-f",
                                PLANTED.resolve("verdict.awk").toString())
                        .redirectErrorStream(true)
                        .start();
        awk.getOutputStream().write("none -\nbug resurrected\n".getBytes(StandardCharsets.UTF_8));
        awk.getOutputStream().close();
        String told = new String(awk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Verdict(awk.waitFor(), told);
    }

    /** Lines of ten quiet seeds, and of a bug that shows in so many of ten. */
    private static List<String> results(int named, int caughtOtherwise) {
        Stream<String> quiet =
                IntStream.rangeClosed(1, 10)
                        .mapToObj(seed -> "none\t" + seed + "\t0\t0\t0\t0\t0\t0");
        Stream<String> bug =
                IntStream.rangeClosed(1, 10)
                        .mapToObj(
                                seed ->
                                        "bug\t%d\t%d\t0\t0\t0\t%d\t0"
                                                .formatted(
                                                        seed,
                                                        seed > 10 - caughtOtherwise ? 7 : 0,
                                                        seed <= named ? 3 : 0));
        return Stream.concat(quiet, bug).toList();
    }

    @Test
    void nineOfTenByItsNameAreEnough() throws Exception {
        Verdict verdict = verdict("table", results(9, 0));
        assertThat(verdict.told())
                .contains("none: nothing counted in 10 of 10 seeds")
                .contains("bug: caught in 9 of 10 seeds, named by resurrected in 9")
                .doesNotContain("NOT ENOUGH");
        assertThat(verdict.exitCode()).isZero();
    }

    @Test
    void byAnotherNameIsNotEnough() throws Exception {
        Verdict verdict = verdict("table", results(8, 2));
        assertThat(verdict.told())
                .contains("caught in 10 of 10 seeds, named by resurrected in 8: NOT ENOUGH");
        assertThat(verdict.exitCode()).isEqualTo(1);
    }

    @Test
    void aSeedWithoutResultIsNotCaught() throws Exception {
        List<String> results = new ArrayList<>(results(10, 0));
        results.removeIf(line -> line.startsWith("bug\t3\t") || line.startsWith("bug\t4\t"));
        Verdict verdict = verdict("table", results);
        assertThat(verdict.told()).contains("no result").contains("caught in 8 of 10 seeds");
        assertThat(verdict.exitCode()).isEqualTo(1);
    }

    @Test
    void theBuildAsItIsMustCountNothing() throws Exception {
        List<String> results = new ArrayList<>(results(10, 0));
        results.set(4, "none\t5\t0\t0\t0\t0\t0\t1");
        assertThat(verdict("table", results).exitCode()).isEqualTo(1);
        results.remove(4);
        assertThat(verdict("table", results).exitCode()).as("without a result").isEqualTo(1);
    }

    @Test
    void theJsonSaysTheSame() throws Exception {
        Verdict verdict = verdict("json", results(9, 1));
        JsonNode json = JsonMapper.builder().build().readTree(verdict.told());
        assertThat(verdict.exitCode()).isZero();
        assertThat(json.path("passed").asBoolean()).isTrue();
        assertThat(json.path("bugs").get(1).path("named").asInt()).isEqualTo(9);
        assertThat(json.path("bugs").get(1).path("caught").asInt()).isEqualTo(10);
        assertThat(json.path("runs")).hasSize(20);
        assertThat(json.path("runs").get(10).path("resurrected").asInt()).isEqualTo(3);
    }
}
