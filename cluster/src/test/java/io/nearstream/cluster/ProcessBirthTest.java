package io.nearstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessBirthTest {
    private static final String STAT =
            "12 (a b) c) %s 1 12 12 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 %d 1000 100";

    @TempDir private Path proc;

    @BeforeEach
    void boot() throws IOException {
        Path random = Files.createDirectories(proc.resolve("sys/kernel/random"));
        Files.writeString(random.resolve("boot_id"), "one-boot\n");
    }

    private String birth(String stat) throws IOException {
        Files.writeString(Files.createDirectories(proc.resolve("12")).resolve("stat"), stat);
        return new ProcessBirth(proc).birth(12);
    }

    @Test
    void isTheBootAndTheTicksSinceThen() throws IOException {
        assertThat(birth(STAT.formatted("S", 4711))).isEqualTo("one-boot/4711");
    }

    @Test
    void aDeadProcessThatIsStillListedHasNone() throws IOException {
        assertThat(birth(STAT.formatted("Z", 4711))).isEqualTo(ProcessBirth.UNKNOWN);
    }

    @Test
    void whatCannotBeReadIsUnknown() throws IOException {
        assertThat(new ProcessBirth(proc).birth(13)).isEqualTo(ProcessBirth.UNKNOWN);
        assertThat(birth("12 (cut) S 1 12")).isEqualTo(ProcessBirth.UNKNOWN);
        assertThat(new ProcessBirth(proc.resolve("none")).birth(12))
                .isEqualTo(ProcessBirth.UNKNOWN);
    }
}
