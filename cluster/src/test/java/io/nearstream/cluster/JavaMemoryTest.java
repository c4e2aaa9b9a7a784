package io.nearstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class JavaMemoryTest {
    private static final long MIB = 1 << 20;

    @Test
    void looksAtAProcess() throws Exception {
        byte[] held = new byte[(int) (24 * MIB)];
        JavaMemory now = JavaMemory.afterCollection(ProcessHandle.current().pid());
        assertThat(now.heap()).isBetween((long) held.length, Runtime.getRuntime().maxMemory());
        assertThat(now.classes()).isBetween(MIB, 1024 * MIB);
        assertThat(now.resident()).isGreaterThan(now.heap());
    }

    @Test
    void addsGenerationsUp() throws Exception {
        String serial =
                """
                 def new generation   total 9216K, used 1024K [0x1, 0x2, 0x3)
                  eden space 8192K,  12% used [0x1, 0x2, 0x3)
                 tenured generation   total 10240K, used 2048K [0x1, 0x2, 0x3)
                 Metaspace       used 512K, committed 640K, reserved 1056768K
                  class space    used 64K, committed 128K, reserved 1048576K
                """;
        assertThat(JavaMemory.parse(serial, "VmPeak:\t 9 kB\nVmRSS:\t   4096 kB\n"))
                .isEqualTo(new JavaMemory(3 * MIB, MIB / 2, 4 * MIB));
    }

    @Test
    void readsWhatLaterJavasSay() throws Exception {
        String later =
                " garbage-first heap   total reserved 9K, committed 8K, used 1024K [0x1, 0x2)";
        assertThat(JavaMemory.parse(later, "")).isEqualTo(new JavaMemory(MIB, 0, 0));
    }

    @Test
    void saysWhatCannotBeRead() {
        assertThatThrownBy(() -> JavaMemory.parse("Huh?", "")).hasMessageContaining("Huh?");
        assertThatThrownBy(() -> JavaMemory.afterCollection(Integer.MAX_VALUE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("could not be asked for its heap");
    }
}
