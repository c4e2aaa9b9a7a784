package io.nearstream.chaos.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.chaos.fault.Fault;
import io.nearstream.chaos.fault.FaultKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DiskInjectorTest {
    private static final long BYTES = 4 << 20;
    private static final String NODE = "tm-1";

    private final Mounts mounts = new Mounts();
    @TempDir private Path dir;

    @AfterEach
    void unmount() throws IOException {
        mounts.close();
    }

    private DiskInjector injector() throws Exception {
        Host host = Rooted.host(dir, 0);
        mounts.tmpfs(host.checkpoints(), BYTES);
        mounts.tmpfs(host.workDir(NODE), BYTES);
        return new DiskInjector(host, mounts, new FakeTarget(), BYTES);
    }

    /** Seeds of which one chooses the checkpoints, and another the node's own disk. */
    private static final List<Long> SEEDS = List.of(1L, 2L, 3L, 4L, 5L, 6L);

    @Test
    void aFullDiskStaysFullWhateverIsGivenBackAndIsEmptyAfterwards() throws Exception {
        Rooted.requireFor(FaultKind.DISK_FULL);
        DiskInjector injector = injector();
        int checkpoints = 0;
        for (long seed : SEEDS) {
            Fault fault = Rooted.fault(FaultKind.DISK_FULL, NODE, seed);
            Path earlier = Files.write(dir.resolve("checkpoints/earlier"), new byte[100_000]);
            Path other = Files.write(dir.resolve(NODE).resolve("earlier"), new byte[100_000]);
            injector.begin(fault);
            boolean full = isFull(dir.resolve("checkpoints"));
            checkpoints += full ? 1 : 0;
            assertThat(isFull(dir.resolve(NODE))).isNotEqualTo(full);
            Files.delete(full ? earlier : other);
            Path disk = full ? dir.resolve("checkpoints") : dir.resolve(NODE);
            while (disk.toFile().getUsableSpace() > 0) {
                Thread.onSpinWait();
            }
            injector.end(fault);
            assertThat(isFull(dir.resolve("checkpoints"))).isFalse();
            assertThat(isFull(dir.resolve(NODE))).isFalse();
            assertThat(names(disk)).isEmpty();
        }
        assertThat(checkpoints).isBetween(1, SEEDS.size() - 1);
    }

    private static boolean isFull(Path disk) throws IOException {
        Path trial = disk.resolve("trial");
        try {
            Files.write(trial, new byte[8_192]);
            return false;
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
            return true;
        } finally {
            Files.deleteIfExists(trial);
        }
    }

    private static List<String> names(Path disk) throws IOException {
        try (Stream<Path> files = Files.list(disk)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aReadOnlyDiskTakesNoNewFileThoughOneIsOpenAndDoesAfterwards() throws Exception {
        Rooted.requireFor(FaultKind.DISK_READONLY);
        DiskInjector injector = injector();
        Path disk = dir.resolve("checkpoints");
        try (OutputStream open = Files.newOutputStream(disk.resolve("open"))) {
            for (long seed : SEEDS) {
                Fault fault = Rooted.fault(FaultKind.DISK_READONLY, NODE, seed);
                injector.begin(fault);
                Path covered = isReadOnly(disk) ? disk : dir.resolve(NODE);
                assertThatThrownBy(() -> Files.write(covered.resolve("new"), new byte[1]))
                        .hasMessageContaining("Read-only");
                open.write(1);
                injector.end(fault);
                assertThat(isReadOnly(disk)).isFalse();
                assertThat(isReadOnly(dir.resolve(NODE))).isFalse();
            }
        }
        assertThat(Files.size(disk.resolve("open"))).isEqualTo(SEEDS.size());
    }

    private static boolean isReadOnly(Path disk) {
        return !Files.isWritable(disk);
    }

    @Test
    void closingTakesAwayWhatIsInForce() throws Exception {
        Rooted.requireFor(FaultKind.DISK_READONLY);
        DiskInjector injector = injector();
        injector.begin(Rooted.fault(FaultKind.DISK_READONLY, NODE, 1));
        mounts.close();
        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(dir.toString());
        Files.write(dir.resolve("checkpoints/new"), new byte[1]);
    }

    @Test
    void aDiskThatIsNotSmallIsNotFilled() {
        assertThatThrownBy(() -> Filler.fill(dir, BYTES)).hasMessageContaining("more than");
        assertThat(dir).isEmptyDirectory();
    }
}
