package io.nearstream.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM of this machine and this user holds on to, bytes.
 *
 * @param heap used after a full collection
 * @param classes used of the metaspace
 * @param resident in the machine's memory; 0 where the system does not say
 */
public record JavaMemory(long heap, long classes, long resident) {
    private static final long KIB = 1 << 10;
    private static final long PATIENCE_S = 30;
    private static final List<String> QUESTIONS = List.of("GC.run", "GC.heap_info");

    /** Of whichever collector: one line for the heap, or one for each generation. */
    private static final Pattern HEAP = Pattern.compile("total [^\\n]*?used (\\d+)K");

    private static final Pattern CLASSES = Pattern.compile("Metaspace\\s+used (\\d+)K");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    /**
     * Collects a JVM's garbage and looks.
     *
     * @throws IOException when it cannot be asked: it has ended, is another user's, or does not
     *     answer within half a minute, as a stopped one does not
     */
    static JavaMemory afterCollection(long pid) throws IOException, InterruptedException {
        return parse(ask(pid), status(pid));
    }

    static JavaMemory parse(String heapInfo, String status) throws IOException {
        if (!HEAP.matcher(heapInfo).find()) {
            throw new IOException("jcmd did not say how much heap is used: " + heapInfo.strip());
        }
        return new JavaMemory(
                sum(HEAP, heapInfo) * KIB,
                sum(CLASSES, heapInfo) * KIB,
                sum(RESIDENT, status) * KIB);
    }

    private static long sum(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        long sum = 0;
        while (matcher.find()) {
            sum += Long.parseLong(matcher.group(1));
        }
        return sum;
    }

    private static String status(long pid) throws IOException {
        Path file = Path.of("/proc", Long.toString(pid), "status");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static String ask(long pid) throws IOException, InterruptedException {
        Path questions = Files.createTempFile("nearstream-jcmd", ".txt");
        Path answers = Files.createTempFile("nearstream-jcmd", ".txt");
        try {
            Files.write(questions, QUESTIONS);
            Process jcmd =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                            .toString(),
                                    // A JVM of its own, which should not take long on a busy host.
                                    "-J-XX:TieredStopAtLevel=1",
                                    "-J-XX:+UseSerialGC",
                                    Long.toString(pid),
                                    "-f",
                                    questions.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(answers.toFile())
                            .start();
            if (!jcmd.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                jcmd.destroyForcibly();
                throw new IOException(
                        "Process %d did not answer jcmd within %d s.".formatted(pid, PATIENCE_S));
            }
            String said = Files.readString(answers, StandardCharsets.UTF_8);
            if (jcmd.exitValue() != 0) {
                throw new IOException(
                        "Process %d could not be asked for its heap: %s"
                                .formatted(pid, said.strip()));
            }
            return said;
        } finally {
            Files.delete(questions);
            Files.delete(answers);
        }
    }
}
