package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages say about the code is what the code says. */
class DocumentationTest {
    private static final Path ROOT = Path.of(System.getProperty("nearstream.root", ".."));
    private static final Path EXAMPLES =
            ROOT.resolve("embedded/src/test/java/io/nearstream/example");

    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final Pattern MODULE = Pattern.compile("<module>(.+)</module>");
    private static final Pattern FOLDER = Pattern.compile("(?m)^\\| `([a-z/-]+)/` \\|");
    private static final Pattern UID =
            Pattern.compile("\"((?:ingest|query|join|standing)\\.[a-z-]+\\.v\\d+)\"");
    private static final Pattern METRIC =
            Pattern.compile(
                    "(?:\\.(?:gauge|counter|histogram)\\(|ReasonCounters\\([a-z]+,)\\s*\"([A-Za-z]+)\"");
    private static final Pattern TOPIC = Pattern.compile("- name: (\\S+)");
    private static final Pattern STATE =
            Pattern.compile("(?:StateDescriptor<>\\(|restore\\(\\s*context,)\\s*\"([a-z-]+)\"");

    private static String read(Path page) throws IOException {
        return Files.readString(page);
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Path> files(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .filter(file -> !ROOT.relativize(file).toString().contains("target"))
                    .sorted()
                    .toList();
        }
    }

    private static String sources(String module) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path source : files(ROOT.resolve(module + "/src/main/java"), ".java")) {
            all.append(read(source));
        }
        return all.toString();
    }

    @Test
    void readmeShowsTheExamplesAsTheyAreTested() throws IOException {
        List<String> blocks =
                JAVA_BLOCK
                        .matcher(read(ROOT.resolve("README.md")))
                        .results()
                        .map((MatchResult block) -> block.group(1))
                        .toList();
        assertThat(blocks)
                .as("README.md shows %s", ROOT.relativize(EXAMPLES))
                .containsExactly(
                        read(EXAMPLES.resolve("ColoursOverKafka.java")),
                        read(EXAMPLES.resolve("Visits.java")));
    }

    @Test
    void ciRunsTheTestCommandOfTheReadmeAndItsLongCheck() throws IOException {
        List<String> script = Files.readAllLines(ROOT.resolve(".ci/run"));
        assertThat(script)
                .endsWith("mvn -B verify </dev/null", "exec ./nearstream chaos --quick </dev/null");
        assertThat(read(ROOT.resolve("README.md")))
                .contains("\nmvn -B verify ", "\n./nearstream chaos --quick ");
    }

    @Test
    void readmeNamesEveryModuleAndNoFolderThatIsNotThere() throws IOException {
        Set<String> folders = found(FOLDER, read(ROOT.resolve("README.md")));
        assertThat(folders).containsAll(found(MODULE, read(ROOT.resolve("pom.xml"))));
        assertThat(folders).allSatisfy(folder -> assertThat(ROOT.resolve(folder)).isDirectory());
    }

    @Test
    void everyLinkBetweenPagesLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : files(ROOT, ".md")) {
            for (String target : found(LINK, read(page))) {
                if (!Files.exists(page.resolveSibling(target))) {
                    broken.add(ROOT.relativize(page) + " -> " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    private static String jobs() throws IOException {
        StringBuilder all = new StringBuilder(sources("operators"));
        for (String job : List.of("common", "ingest", "query", "join", "standing")) {
            all.append(sources("jobs/" + job));
        }
        return all.toString();
    }

    @Test
    void formatsPageNamesEveryUidStateAndTopic() throws IOException {
        String page = read(ROOT.resolve("docs/formats.md"));
        String jobs = jobs();
        assertThat(found(UID, jobs)).hasSizeGreaterThan(20);
        assertThat(found(STATE, jobs)).hasSizeGreaterThan(10);
        assertThat(page).contains(quoted(found(UID, jobs)));
        assertThat(page).contains(quoted(found(STATE, jobs)));
        assertThat(page).contains(quoted(found(TOPIC, read(ROOT.resolve("kafka/topics.yaml")))));
    }

    @Test
    void metricsPageNamesEveryMetricOfEveryOperator() throws IOException {
        String page = read(ROOT.resolve("docs/reference/metrics.md"));
        String jobs = jobs();
        assertThat(found(METRIC, jobs)).hasSizeGreaterThan(60);
        assertThat(page).contains(quoted(found(METRIC, jobs)));
        Set<String> named =
                found(Pattern.compile("`((?:ingest|query|join)\\.[a-z-]+\\.v\\d+)`"), page);
        assertThat(found(UID, jobs)).containsAll(named);
    }

    private static List<String> quoted(Set<String> names) {
        return names.stream().map(name -> "`" + name + "`").toList();
    }
}
