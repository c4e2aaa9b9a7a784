package io.nearstream.core.codes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Codes lie in state: what was written once must be what is written now, wherever. */
class CodeFormatTest {
    private static final Map<String, String> FORMAT_1 =
            Map.ofEntries(
                    Map.entry(
                            "FLOAT16 11",
                            "000032ee2174297121e821f029f5217021ec29f132720000a48bcfbe9202003f"),
                    Map.entry("FLOAT16 784", "e55c82f85e557156"),
                    Map.entry("FLOAT16 901", "79d4c71bc4fb826f"),
                    Map.entry("INT8 11", "0066f381e74cda40cd33c16acecfbed209253f"),
                    Map.entry("INT8 784", "8d7a2a6de0a46ed7"),
                    Map.entry("INT8 901", "529236bc2097f1f6"),
                    Map.entry("PRODUCT 11", "3f0dedae263f"),
                    Map.entry("PRODUCT 784", "303457b8c81ef986"),
                    Map.entry("PRODUCT 901", "229752f7be459f4c"),
                    Map.entry("RABITQ_1 11", "36075a8cf6beeeb6d83e"),
                    Map.entry("RABITQ_1 784", "44e4de6c95c72fcf"),
                    Map.entry("RABITQ_1 901", "2e1f9f96d7bd6d60"),
                    Map.entry("RABITQ_4 11", "756aae86d9091bbac9be67e3e33d"),
                    Map.entry("RABITQ_4 784", "ef8a8d67e040ca73"),
                    Map.entry("RABITQ_4 901", "da36294d285fd2f9"),
                    Map.entry(
                            "VECTOR 11",
                            "2f597ebe2b122f3e8cc42b3dca5fb2bded505dbe6d1a503ecaf2973d8c9e60bdab483cbeaf22713e4e03da3d"),
                    Map.entry("VECTOR 784", "3c88fefed4af8cd5"),
                    Map.entry("VECTOR 901", "ad3b65dbf4e5b1e8"));

    @Test
    void codesStayWhatTheyWere() {
        assertThat(CodeGolden.all()).isEqualTo(FORMAT_1);
    }

    /** One that interprets, without SIMD. */
    @Test
    void anotherJvmWritesTheSame() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process =
                new ProcessBuilder(
                                List.of(
                                        java,
                                        "-Xint",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        CodeGolden.class.getName()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        StringBuilder expected = new StringBuilder();
        CodeGolden.all().forEach((what, code) -> expected.append(what + " " + code + "\n"));
        assertThat(printed).isEqualToNormalizingNewlines(expected.toString());
    }
}
