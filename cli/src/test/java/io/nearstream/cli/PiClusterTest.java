package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.nearstream.embedded.FlinkProfile;
import io.nearstream.embedded.KnownOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.util.TimeUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * What can be told of {@code pi-cluster/} without Ansible; {@code pi-cluster/test/run} runs the
 * playbook.
 */
class PiClusterTest {
    private static final Path ROOT = Path.of(System.getProperty("nearstream.root", ".."));
    private static final Path PI = ROOT.resolve("pi-cluster");
    private static final YAMLMapper YAML =
            YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private static final Pattern SITE_KEY = Pattern.compile("(?m)^([a-z][A-Za-z0-9.-]+): ");
    private static final Pattern VARIABLE = Pattern.compile("\\b(nearstream_[a-z_]+)\\b");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])(--[a-z][a-z-]*)");
    private static final Pattern COMMAND =
            Pattern.compile("(?m)^(?:\\.|ssh .* /opt/nearstream)/nearstream (.*)$");

    private static JsonNode defaults() throws IOException {
        return YAML.readTree(PI.resolve("roles/settings/defaults/main.yaml").toFile());
    }

    private static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> profiles() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT.resolve("flink-conf"))) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> !name.equals("common") && !name.equals(FlinkProfile.LOCAL))
                    .toList();
        }
    }

    @Test
    void everyYamlParses() throws IOException {
        List<Path> files = files(PI, ".yaml");
        assertThat(files).hasSizeGreaterThan(15);
        for (Path file : files) {
            assertThat(YAML.readTree(file.toFile()).isContainerNode()).as(file.toString()).isTrue();
        }
    }

    /** Flink ignores a key that it does not know, so a slip would go unnoticed. */
    @Test
    void everyKeyOfTheSiteIsKnown() throws IOException {
        Set<String> keys =
                found(SITE_KEY, Files.readString(PI.resolve("roles/node/templates/site.yaml.j2")));
        assertThat(keys).hasSizeGreaterThan(12);
        assertThat(KnownOptions.all()).containsKeys(keys.toArray(String[]::new));
    }

    @Test
    void heartbeatOfTheSiteIsThatOfThePis() throws IOException {
        Configuration pi = FlinkProfile.load("pi-1g", Map.of());
        assertThat(text("nearstream_heartbeat_interval"))
                .isEqualTo(pi.get(HeartbeatManagerOptions.HEARTBEAT_INTERVAL));
        assertThat(text("nearstream_heartbeat_timeout"))
                .isEqualTo(pi.get(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT));
    }

    private static Duration text(String variable) throws IOException {
        return TimeUtils.parseDuration(defaults().path(variable).asText());
    }

    @Test
    void everyProfileHasALimitWithRoomForItsProcesses() throws IOException {
        JsonNode limits = defaults().path("nearstream_memory_max");
        assertThat(profiles()).hasSizeGreaterThan(3);
        assertThat(limits.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(profiles());
        String runbook = Files.readString(PI.resolve("README.md"));
        for (String name : profiles()) {
            Configuration profile = FlinkProfile.load(name, Map.of());
            long taskManager =
                    TaskExecutorProcessUtils.processSpecFromConfig(profile)
                            .getTotalProcessMemorySize()
                            .getMebiBytes();
            long jobManager =
                    JobManagerProcessUtils.processSpecFromConfig(profile)
                            .getTotalProcessMemorySize()
                            .getMebiBytes();
            assertThat(mebi(limits, name, "taskmanager"))
                    .as(name)
                    .isBetween(taskManager * 11 / 10, taskManager * 13 / 10);
            assertThat(mebi(limits, name, "jobmanager"))
                    .as(name)
                    .isBetween(jobManager * 11 / 10, jobManager * 13 / 10);
        }
        assertThat(runbook).contains(row(limits, "taskmanager"), row(limits, "jobmanager"));
        // With all that it may take, a Pi 3B has some memory left for Linux.
        assertThat(mebi(limits, "pi-1g", "taskmanager")).isLessThanOrEqualTo(710);
    }

    private static String row(JsonNode limits, String process) {
        return "| `nearstream-%s` | %d / %d / %d MB |"
                .formatted(
                        process,
                        mebi(limits, "pi-1g", process),
                        mebi(limits, "pi-4g", process),
                        mebi(limits, "pi-8g", process));
    }

    /** systemd's M is 1,048,576 bytes. */
    private static long mebi(JsonNode limits, String profile, String process) {
        String limit = limits.path(profile).path(process).asText();
        assertThat(limit).as(profile + " " + process).matches("\\d+M");
        return Long.parseLong(limit.substring(0, limit.length() - 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"four-pi-3b", "pi-4g-and-8g"})
    void inventoriesNameProfilesThatExist(String name) throws IOException {
        JsonNode all =
                YAML.readTree(PI.resolve("inventories/" + name + ".yaml").toFile()).path("all");
        List<String> named = new ArrayList<>();
        all.findValues("nearstream_profile").forEach(profile -> named.add(profile.asText()));
        assertThat(named).isNotEmpty().isSubsetOf(profiles());
        for (String host : iterable(all.path("hosts"))) {
            assertThat(all.path("hosts").path(host).path("nearstream_address").asText())
                    .as(host)
                    .matches("[0-9.]+");
        }
        for (String group : List.of("brokers", "jobmanagers", "taskmanagers", "zookeepers")) {
            JsonNode hosts = all.path("children").path(group).path("hosts");
            assertThat(hosts.isObject()).as(group).isTrue();
            assertThat(iterable(hosts)).as(group).isSubsetOf(iterable(all.path("hosts")));
        }
        assertThat(all.path("hosts").has(all.at("/vars/nearstream_storage_host").asText()))
                .isTrue();
    }

    private static List<String> iterable(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void everyVariableHasADefaultOrIsOfAHost() throws IOException {
        Set<String> known = new TreeSet<>(iterable(defaults()));
        known.addAll(List.of("nearstream_address", "nearstream_profile", "nearstream_node_id"));
        Set<String> used =
                new TreeSet<>(found(VARIABLE, Files.readString(PI.resolve("playbook.yaml"))));
        for (Path file : files(PI.resolve("roles"), "")) {
            if (Files.isRegularFile(file)) {
                used.addAll(found(VARIABLE, Files.readString(file)));
            }
        }
        assertThat(used).hasSizeGreaterThan(20);
        assertThat(known).containsAll(used);
        assertThat(used).containsAll(iterable(defaults()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"broker", "zookeeper", "jobmanager", "taskmanager"})
    void unitsStartNodesAsTheCommandLineTakesThem(String kind) throws IOException {
        String text = Files.readString(PI.resolve("roles/node/vars/" + kind + ".yaml"));
        Set<String> options = new TreeSet<>(found(OPTION, text));
        options.addAll(
                found(OPTION, Files.readString(PI.resolve("roles/node/templates/service.j2"))));
        assertThat(options).hasSizeGreaterThan(3);
        assertCommand(List.of("node", kind), options);
    }

    @Test
    void commandsOfTheRunbookExist() throws IOException {
        Set<String> commands = found(COMMAND, Files.readString(PI.resolve("README.md")));
        assertThat(commands).hasSizeGreaterThan(6);
        for (String command : commands) {
            List<String> words =
                    Stream.of(command.split(" "))
                            .takeWhile(word -> !word.startsWith("--"))
                            .toList();
            assertCommand(words, found(OPTION, command));
        }
    }

    /**
     * What the command line does not have yet is as decision 0022 describes it; once it has it,
     * every option must be there.
     */
    private static void assertCommand(List<String> words, Set<String> options) throws IOException {
        CommandLine command = Main.commandLine();
        if (!command.getSubcommands().containsKey(words.get(0))) {
            String decision = Files.readString(ROOT.resolve("docs/decisions/0022-processes.md"));
            assertThat(decision)
                    .containsAnyOf("`nearstream " + words.get(0) + " ", "`" + words.get(0) + " ");
            if (words.get(0).equals("node")) {
                String line =
                        decision.lines()
                                .filter(it -> it.startsWith("    nearstream node " + words.get(1)))
                                .findFirst()
                                .orElseThrow();
                assertThat(found(OPTION, line)).containsAll(options);
            }
            return;
        }
        for (String word : words) {
            if (command.getSubcommands().containsKey(word)) {
                command = command.getSubcommands().get(word);
            } else {
                assertThat(command.getSubcommands()).as("%s in %s", word, words).isEmpty();
            }
        }
        assertThat(command.getCommandSpec().optionsMap().keySet())
                .as(String.join(" ", words))
                .containsAll(options);
    }

    /** The playbook's limit of a broker is what the profiles' sums leave room for. */
    @Test
    void brokerHasTheGigabyteThatProfilesLeaveIt() throws IOException {
        assertThat(defaults().path("nearstream_broker_memory_max").asText()).isEqualTo("1024M");
    }
}
