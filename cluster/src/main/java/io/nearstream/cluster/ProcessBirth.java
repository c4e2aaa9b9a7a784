package io.nearstream.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * When a process began, told so that no setting of the clock changes it: the id of the boot and the
 * ticks since then. Linux only. Immutable.
 */
final class ProcessBirth {
    /** What cannot be told: no such process, or a system that does not say. */
    static final String UNKNOWN = "";

    private static final ProcessBirth HERE = new ProcessBirth(Path.of("/proc"));

    /** Fields of {@code stat} behind the name, which may have blanks and brackets in it. */
    private static final int STATE = 0;

    private static final int START_TICKS = 19;

    private final Path proc;

    /** Reads another system's; for tests. */
    ProcessBirth(Path proc) {
        this.proc = proc;
    }

    static String of(long pid) {
        return HERE.birth(pid);
    }

    /**
     * The same text as long as the process lives. A dead one that nobody has asked for its exit
     * code is still listed, and has none.
     */
    String birth(long pid) {
        Path stat = proc.resolve(Long.toString(pid)).resolve("stat");
        Path boot = proc.resolve("sys/kernel/random/boot_id");
        try {
            String line = Files.readString(stat);
            String[] fields = line.substring(line.lastIndexOf(')') + 1).strip().split(" ");
            if (fields.length <= START_TICKS || fields[STATE].matches("[ZXx]")) {
                return UNKNOWN;
            }
            return Files.readString(boot).strip() + "/" + fields[START_TICKS];
        } catch (IOException ended) {
            return UNKNOWN; // or there is no such file at all
        }
    }
}
