package io.nearstream.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.schemas.VectorWrite;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A program that uses the generated classes alone, in a JVM in which nothing of ours has run. */
class TrustedModelTest {
    @Test
    void generatedClassesEncodeAndDecodeWithoutAvroWire() throws Exception {
        try (URLClassLoader fresh =
                new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            Class<?> trial = fresh.loadClass(Trial.class.getName());
            assertThat(trial.getMethod("run").invoke(null)).isEqualTo(true);
        }
    }

    /** Runs inside the fresh class loader. */
    public static final class Trial {
        private Trial() {}

        /** Whether a write whose enums are at their defaults decodes to itself. */
        public static boolean run() throws IOException {
            VectorWrite write = VectorWrite.newBuilder().setCollection("c").setId("a").build();
            return VectorWrite.fromByteBuffer(write.toByteBuffer()).equals(write);
        }
    }

    private static URL[] classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(TrustedModelTest::url)
                .toArray(URL[]::new);
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
