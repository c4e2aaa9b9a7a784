package io.nearstream.migrate;

import java.nio.file.Path;
import org.apache.flink.util.ExceptionUtils;

/** Says what a failed export came to grief on, and what to do about it. Stateless. */
final class ExportFailures {
    private static final String DISK_FULL = "No space left on device";

    private ExportFailures() {}

    static String message(Throwable failure, Path savepoint, Path work, Path target) {
        if (ExceptionUtils.findThrowable(failure, OutOfMemoryError.class).isPresent()) {
            return "The export of %s ran out of memory (%s): give it more with NEARSTREAM_JAVA_OPTS, as -Xmx1g; -Xmx256m is usual. Nothing was left behind."
                    .formatted(
                            savepoint,
                            firstLine(
                                    ExceptionUtils.findThrowable(failure, OutOfMemoryError.class)
                                            .get()));
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String why =
                root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return why.contains(DISK_FULL)
                ? "A disk was full before the export was through: %s for scratch files (--work) or %s for the file (--out). Nothing was left behind."
                        .formatted(work, target.getParent())
                : "The export of %s failed: %s. Nothing was left behind.".formatted(savepoint, why);
    }

    /** Flink adds advice for clusters of its own. */
    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("").split("\\. ")[0];
    }
}
