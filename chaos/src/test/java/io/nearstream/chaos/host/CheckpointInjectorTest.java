package io.nearstream.chaos.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.chaos.fault.Fault;
import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Node;
import io.nearstream.chaos.fault.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointInjectorTest {
    private static final int BYTES = 1_000;

    private final FakeTarget target =
            new FakeTarget(
                    new Node("jm-1", Role.JOBMANAGER),
                    new Node("tm-1", Role.TASKMANAGER),
                    new Node("tm-2", Role.TASKMANAGER));
    @TempDir private Path dir;

    @Test
    void aFileThatOnlyTheNewestCheckpointNeedsIsTruncatedWhileNobodyMakesAnother()
            throws Exception {
        Host host = Rooted.host(dir, 1);
        Path job = host.checkpoints().resolve("a");
        file(job.resolve("shared/of-both"), 10);
        file(job.resolve("chk-9/own"), 10);
        file(job.resolve("chk-9/_metadata"), 11);
        file(job.resolve("shared/of-newest"), 12);
        file(job.resolve("chk-10/own"), 12);
        file(job.resolve("chk-10/_metadata"), 13);
        file(job.resolve("chk-11/under-way"), 14);
        file(host.checkpoints().resolve("b/chk-1/_metadata"), 14);
        List<String> hit = new ArrayList<>();
        for (long seed = 0; seed < 20; seed++) {
            Fault fault = Rooted.fault(FaultKind.CHECKPOINT_TRUNCATE, "tm-2", seed);
            CheckpointInjector injector = new CheckpointInjector(host, target);
            Map<Path, FileTime> times = times();
            injector.begin(fault);
            assertThat(target.done).containsExactly("pause jm-1", "kill tm-2", "resume jm-1");
            injector.end(fault);
            assertThat(target.done).endsWith("start tm-2");
            target.done.clear();
            for (Map.Entry<Path, FileTime> one : times.entrySet()) {
                if (Files.size(one.getKey()) < BYTES) {
                    hit.add(dir.resolve("checkpoints").relativize(one.getKey()).toString());
                    Files.write(one.getKey(), new byte[BYTES]);
                }
                Files.setLastModifiedTime(one.getKey(), one.getValue());
            }
        }
        assertThat(hit).contains("a/chk-10/own", "a/shared/of-newest");
        assertThat(hit).containsOnly("a/chk-10/own", "a/shared/of-newest");
    }

    private Map<Path, FileTime> times() throws IOException {
        Map<Path, FileTime> times = new TreeMap<>();
        try (Stream<Path> all = Files.walk(dir)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                times.put(file, Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    private static void file(Path file, long second) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[BYTES]);
        Files.setLastModifiedTime(file, FileTime.fromMillis(second * 1_000));
    }

    @Test
    void whereNothingWouldBeLeftNothingIsDamagedAndEverybodyGoesOn() throws Exception {
        Host host = Rooted.host(dir, 1);
        file(host.checkpoints().resolve("a/chk-1/_metadata"), 1);
        CheckpointInjector injector = new CheckpointInjector(host, target);
        assertThatThrownBy(
                        () ->
                                injector.begin(
                                        Rooted.fault(FaultKind.CHECKPOINT_TRUNCATE, "tm-1", 1)))
                .hasMessageContaining("two completed");
        assertThat(target.done).containsExactly("pause jm-1", "resume jm-1");
        assertThat(Files.size(host.checkpoints().resolve("a/chk-1/_metadata"))).isEqualTo(BYTES);
    }
}
