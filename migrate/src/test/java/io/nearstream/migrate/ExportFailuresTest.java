package io.nearstream.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExportFailuresTest {
    private static String message(Throwable failure) {
        return ExportFailures.message(
                new IllegalStateException("outer", failure),
                Path.of("/savepoint"),
                Path.of("/work"),
                Path.of("/out/c.avro"));
    }

    /** Flink wraps it, adds advice for its own clusters, and something else may be the root. */
    @Test
    void tooLittleMemoryIsToldWithTheOptionThatGivesMore() {
        OutOfMemoryError error =
                new OutOfMemoryError("Direct buffer memory. The direct out-of-memory error ...");
        error.initCause(new IOException("something else"));
        assertThat(message(error))
                .isEqualTo(
                        "The export of /savepoint ran out of memory (Direct buffer memory): give it more with NEARSTREAM_JAVA_OPTS, as -Xmx1g; -Xmx256m is usual. Nothing was left behind.");
    }

    @Test
    void aFullDiskIsToldWithBothDirectories() {
        assertThat(message(new IOException("write failed: No space left on device")))
                .contains("/work for scratch files (--work) or /out for the file (--out)");
    }

    @Test
    void anythingElseIsToldByItsRoot() {
        assertThat(message(new IOException("torn")))
                .isEqualTo("The export of /savepoint failed: torn. Nothing was left behind.");
        assertThat(message(new IllegalStateException()))
                .isEqualTo(
                        "The export of /savepoint failed: IllegalStateException. Nothing was left behind.");
    }
}
