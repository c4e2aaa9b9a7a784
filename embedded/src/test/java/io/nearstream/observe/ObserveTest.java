package io.nearstream.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Dashboard, alerts, list of metrics and code name the same things. */
class ObserveTest {
    private static final Path ROOT = MetricList.FOLDER.resolve("..");
    private static final int COLUMNS = 24;

    private static final Pattern METRIC =
            Pattern.compile(
                    "(?:\\.(?:gauge|counter|histogram)\\(|ReasonCounters\\([a-z]+,)\\s*\"([A-Za-z]+)\"");

    private static final Pattern LEGEND_LABEL = Pattern.compile("\\{\\{(\\w+)}}");
    private static final Pattern TEXT_LABEL = Pattern.compile("\\$labels\\.(\\w+)");
    private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+)");
    private static final Pattern OPTION = Pattern.compile("'(nearstream\\.[a-z.-]+)'");
    private static final Pattern DURATION = Pattern.compile("[0-9]+[smh]");

    /** Grafana's own. */
    private static final Set<String> BUILT_IN = Set.of("__range", "__rate_interval");

    private final MetricList metrics = MetricList.read();
    private final Dashboard dashboard = Dashboard.read();
    private final AlertRules alerts = AlertRules.read();

    ObserveTest() throws IOException {}

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> named(Stream<PromQl> expressions) {
        return expressions
                .flatMap(expression -> expression.selectors().stream())
                .map(PromQl.Selector::metric)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> onDashboard() {
        return named(dashboard.queries().stream().map(Dashboard.Query::expression));
    }

    private Set<String> anywhere() {
        Set<String> names = onDashboard();
        names.addAll(named(dashboard.choices().stream().map(Dashboard.Query::expression)));
        names.addAll(named(alerts.rules().stream().map(rule -> PromQl.of(rule.expr()))));
        return names;
    }

    /** By the last part of their names; {@link PrometheusITCase} holds the whole ones. */
    @Test
    void everyMetricOfTheJobsIsListed() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (String module : List.of("common", "ingest", "query")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve("jobs/" + module + "/src/main"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    sources.append(Files.readString(file));
                }
            }
        }
        Set<String> listed =
                metrics.ours().stream()
                        .map(name -> name.substring(name.lastIndexOf('_') + 1))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed).hasSizeGreaterThan(80);
        assertThat(listed).containsExactlyInAnyOrderElementsOf(found(METRIC, sources.toString()));
        assertThat(metrics.hasRepeats()).isFalse();
    }

    @Test
    void dashboardShowsAllOfOursThatAreNotLeftOutForAReason() {
        Set<String> ours = onDashboard();
        ours.retainAll(metrics.ours());
        assertThat(ours).containsExactlyInAnyOrderElementsOf(metrics.shownNames());
        assertThat(metrics.leftOut().values())
                .allSatisfy(reason -> assertThat(reason.length()).isGreaterThan(20));
    }

    @Test
    void dashboardAndAlertsNameWhatIsListedAndNothingElse() {
        assertThat(anywhere()).allMatch(metrics.all()::contains);
        Set<String> listed = new TreeSet<>(metrics.flink());
        listed.addAll(metrics.prometheus());
        assertThat(anywhere()).containsAll(listed);
    }

    @Test
    void panelsHaveIdsOfTheirOwnAndDoNotOverlap() {
        assertThat(dashboard.panels()).hasSizeGreaterThan(50);
        assertThat(dashboard.panels())
                .extracting(panel -> panel.get("id").asInt())
                .doesNotHaveDuplicates();
        List<Dashboard.Place> places = dashboard.places();
        for (Dashboard.Place place : places) {
            assertThat(place.x()).as(place.title()).isGreaterThanOrEqualTo(0);
            assertThat(place.x() + place.width()).as(place.title()).isLessThanOrEqualTo(COLUMNS);
            assertThat(place.width() * place.height()).as(place.title()).isPositive();
            assertThat(places)
                    .as("%s overlaps", place.title())
                    .noneMatch(other -> other != place && other.overlaps(place));
        }
        assertThat(dashboard.panels())
                .filteredOn(panel -> panel.get("type").asText().equals("row"))
                .extracting(panel -> panel.get("title").asText())
                .containsExactly(
                        "Overview",
                        "Ingest",
                        "Query",
                        "Buckets",
                        "Keys",
                        "Checkpoints",
                        "Processes and memory");
    }

    /** It must work with whatever name the reader gave to Prometheus. */
    @Test
    void everyDataSourceIsTheOneThatTheReaderChose() {
        List<JsonNode> sources = dashboard.root().findValues("datasource");
        assertThat(sources).hasSizeGreaterThan(100);
        assertThat(sources)
                .allSatisfy(
                        source -> {
                            assertThat(source.get("type").asText()).isEqualTo("prometheus");
                            assertThat(source.get("uid").asText()).isEqualTo("${datasource}");
                        });
        for (JsonNode panel : dashboard.panels()) {
            if (!panel.get("type").asText().equals("row")) {
                assertThat(panel.has("datasource")).as(panel.get("title").asText()).isTrue();
                assertThat(panel.get("description").asText().length()).isGreaterThan(8);
                List<JsonNode> targets = panel.findValues("targets").stream().toList();
                assertThat(targets).hasSize(1);
                assertThat(targets.get(0))
                        .isNotEmpty()
                        .allMatch(target -> target.has("datasource"));
                assertThat(targets.get(0).findValuesAsText("refId")).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void everyQueryIsOfTheChosenClusterAndUsesVariablesThatThereAre() {
        Set<String> variables = new TreeSet<>(BUILT_IN);
        dashboard.variables().forEach(variable -> variables.add(variable.get("name").asText()));
        assertThat(variables).contains("datasource", "cluster", "job", "collection");
        for (Dashboard.Query query : dashboard.queries()) {
            assertThat(query.expression().selectors()).as(query.text()).isNotEmpty();
            assertThat(query.expression().selectors())
                    .as("%s: %s", query.panel(), query.text())
                    .allMatch(
                            selector ->
                                    selector.matchers()
                                            .contains(new PromQl.Matcher("job", "=~", "$cluster")));
            assertThat(variables).containsAll(found(VARIABLE, query.text()));
        }
        dashboard
                .choices()
                .forEach(
                        choice ->
                                assertThat(variables).containsAll(found(VARIABLE, choice.text())));
    }

    @Test
    void legendsNameLabelsByWhichTheirQueriesAreGrouped() {
        for (Dashboard.Query query : dashboard.queries()) {
            assertThat(query.expression().grouped())
                    .as("%s: %s", query.panel(), query.legend())
                    .containsAll(found(LEGEND_LABEL, query.legend()));
            assertThat(query.legend()).as(query.panel()).isNotBlank();
        }
    }

    @Test
    void everyAlertSaysHowBadItIsWhatIsWrongAndWhatToDo() throws IOException {
        String options = Files.readString(ROOT.resolve("docs/reference/options.md"));
        assertThat(alerts.rules()).hasSizeGreaterThan(15);
        assertThat(alerts.rules()).extracting(AlertRules.Rule::alert).doesNotHaveDuplicates();
        for (AlertRules.Rule rule : alerts.rules()) {
            assertThat(rule.alert()).startsWith("Nearstream");
            assertThat(rule.labels()).as(rule.alert()).containsOnlyKeys("severity");
            assertThat(rule.labels().get("severity")).as(rule.alert()).isIn("page", "ticket");
            assertThat(rule.annotations()).as(rule.alert()).containsOnlyKeys("summary", "runbook");
            assertThat(rule.annotations().values()).allMatch(text -> text.length() > 20);
            assertThat(rule.lasting()).as(rule.alert()).matches(DURATION);
            found(OPTION, rule.annotations().get("runbook"))
                    .forEach(option -> assertThat(options).contains("`" + option + "`"));
            PromQl expression = PromQl.of(rule.expr());
            assertThat(expression.selectors())
                    .as(rule.alert())
                    .isNotEmpty()
                    .allMatch(
                            selector ->
                                    selector.matchers()
                                            .contains(
                                                    new PromQl.Matcher("job", "=", "nearstream")));
            if (!expression.grouped().isEmpty()) {
                assertThat(expression.grouped())
                        .as(rule.alert())
                        .containsAll(found(TEXT_LABEL, rule.annotations().get("summary")));
            }
        }
    }

    /** The ports are those that processes take, and the alerts look at the name of the job. */
    @Test
    void exampleOfPrometheusScrapesWhatProcessesOffer() throws IOException {
        Path folder = MetricList.FOLDER.resolve("prometheus");
        YAMLMapper yaml = new YAMLMapper();
        JsonNode example = yaml.readTree(folder.resolve("prometheus.yaml").toFile());
        example.get("rule_files")
                .forEach(file -> assertThat(folder.resolve(file.asText())).isRegularFile());
        assertThat(example.get("scrape_configs")).hasSize(1);
        JsonNode scraped = example.get("scrape_configs").get(0);
        assertThat(scraped.get("job_name").asText()).isEqualTo("nearstream");
        String[] range =
                yaml.readTree(ROOT.resolve("flink-conf/common/config.yaml").toFile())
                        .get("metrics.reporter.prom")
                        .get("port")
                        .asText()
                        .split("-");
        assertThat(scraped.get("static_configs").get(0).get("targets"))
                .isNotEmpty()
                .allSatisfy(
                        target ->
                                assertThat(Integer.parseInt(target.asText().split(":")[1]))
                                        .isBetween(
                                                Integer.parseInt(range[0]),
                                                Integer.parseInt(range[1])));
    }
}
