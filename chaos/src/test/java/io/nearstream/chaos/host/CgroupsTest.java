package io.nearstream.chaos.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.chaos.fault.FaultKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CgroupsTest {
    private static final String NAME = "nearstream-test-" + ProcessHandle.current().pid();

    /** Takes as much memory as it is told to on its input, in mebibytes, page by page. */
    public static final class Hungry {
        private Hungry() {}

        public static void main(String[] args) throws IOException {
            List<byte[]> held = new ArrayList<>();
            System.out.write('r');
            System.out.flush();
            while (System.in.read() >= 0) {
                byte[] more = new byte[16 << 20];
                for (int i = 0; i < more.length; i += 4_096) {
                    more[i] = 1;
                }
                held.add(more);
                System.out.write(held.size());
                System.out.flush();
            }
        }
    }

    @TempDir private Path dir;

    private static Process start(List<String> enter) throws IOException {
        List<String> command = new ArrayList<>(enter);
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hungry.class.getName()));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static boolean eats(Process process) throws IOException {
        process.getOutputStream().write(1);
        process.getOutputStream().flush();
        return process.getInputStream().read() > 0;
    }

    @Test
    void aProcessThatNeedsMoreIsEndedAndOthersAreLeftAlone() throws Exception {
        Rooted.requireFor(FaultKind.MEMORY_LIMIT);
        try (Cgroups groups = new Cgroups(Cgroups.ROOT, NAME)) {
            Process limited = start(groups.enter("a"));
            Process other = start(groups.enter("b"));
            try {
                for (Process each : List.of(limited, other)) {
                    assertThat(each.getInputStream().read()).isEqualTo('r');
                    assertThat(eats(each)).isTrue();
                }
                groups.limitMemory("a", 8 << 20);
                int more = 0;
                while (more < 8 && limited.isAlive() && eatsStill(limited)) {
                    more++;
                }
                assertThat(limited.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(limited.exitValue()).isEqualTo(128 + 9);
                for (int i = 0; i < 8; i++) {
                    assertThat(eats(other)).isTrue();
                }
            } finally {
                limited.destroyForcibly().waitFor();
                other.destroyForcibly().waitFor();
            }
        }
        assertThat(Cgroups.ROOT.resolve("memory").resolve(NAME)).doesNotExist();
    }

    private static boolean eatsStill(Process process) {
        try {
            return eats(process);
        } catch (IOException ended) {
            return false;
        }
    }

    @Test
    void aLimitThatIsTakenAwayIsNotFelt() throws Exception {
        Rooted.requireFor(FaultKind.MEMORY_LIMIT);
        try (Cgroups groups = new Cgroups(Cgroups.ROOT, NAME)) {
            Process process = start(groups.enter("a"));
            try {
                assertThat(process.getInputStream().read()).isEqualTo('r');
                groups.limitMemory("a", 8 << 20);
                groups.freeMemory("a");
                for (int i = 0; i < 8; i++) {
                    assertThat(eats(process)).isTrue();
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void aStarvedProcessGoesBackToWhereItWas() throws Exception {
        Rooted.requireFor(FaultKind.CPU_STARVE);
        Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        try (Cgroups groups = new Cgroups(Cgroups.ROOT, NAME)) {
            String before = group(busy.pid());
            groups.starve("a", busy.pid(), 0.1);
            assertThat(group(busy.pid())).contains(NAME);
            Path stat = Cgroups.ROOT.resolve("cpu").resolve(NAME).resolve("a/cpu.stat");
            while (throttled(stat) == 0) {
                assertThat(busy.isAlive()).isTrue();
            }
            groups.feed();
            assertThat(group(busy.pid())).isEqualTo(before);
        } finally {
            busy.destroyForcibly().waitFor();
        }
        assertThat(Cgroups.ROOT.resolve("cpu").resolve(NAME)).doesNotExist();
    }

    private static String group(long pid) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(pid), "cgroup"))
                .lines()
                .filter(line -> line.matches("\\d+:([^:]*,)?cpu(,[^:]*)?:.*"))
                .findFirst()
                .orElseThrow();
    }

    private static long throttled(Path stat) throws IOException {
        return Files.readAllLines(stat).stream()
                .filter(line -> line.startsWith("nr_throttled "))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    /** Without root: what would be written where. */
    @Test
    void limitsAreWhatTheProcessHasAndAShareOfAProcessor() throws Exception {
        for (String controller : List.of("memory", "cpu")) {
            Files.createDirectory(dir.resolve(controller));
        }
        Cgroups groups = new Cgroups(dir, "run");
        assertThat(groups.enter("tm-1"))
                .startsWith("/bin/sh", "-c")
                .endsWith(dir.resolve("memory/run/tm-1/cgroup.procs").toString());
        Path memory = dir.resolve("memory/run/tm-1");
        Files.writeString(
                memory.resolve("memory.stat"), "cache 9\nrss 1000\nrss_huge 7\nshmem 200\n");
        assertThat(groups.limitMemory("tm-1", 50)).isEqualTo(1_250);
        assertThat(memory.resolve("memory.limit_in_bytes")).hasContent("1250");
        groups.freeMemory("tm-1");
        assertThat(memory.resolve("memory.limit_in_bytes")).hasContent("-1");

        long self = ProcessHandle.current().pid();
        groups.starve("tm-1", self, 0.25);
        Path cpu = dir.resolve("cpu/run/tm-1");
        assertThat(cpu.resolve("cpu.cfs_period_us")).hasContent("100000");
        assertThat(cpu.resolve("cpu.cfs_quota_us")).hasContent("25000");
        assertThat(cpu.resolve("cgroup.procs")).hasContent(Long.toString(self));
    }
}
