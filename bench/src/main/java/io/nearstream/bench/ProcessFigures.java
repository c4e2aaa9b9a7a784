package io.nearstream.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What this process has taken from the machine: broker, jobs and client together. */
public final class ProcessFigures {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final int KIB = 1_024;

    private ProcessFigures() {}

    /** Processors that this process may use. */
    public static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    /**
     * Threads of the whole machine that wanted to run, on average over the last minute; 0 where the
     * system does not tell. Before a benchmark starts they are someone else's.
     */
    public static double loadAverage() {
        return Math.max(0, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /** CPU time of all threads since the process started. */
    public static long cpuMicros() {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return TimeUnit.NANOSECONDS.toMicros(system.getProcessCpuTime());
    }

    /** Memory that is resident now, heap and RocksDB's included; 0 where no Linux tells it. */
    public static long residentBytes() throws IOException {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(RESIDENT)) {
                return KIB * Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return 0;
    }
}
