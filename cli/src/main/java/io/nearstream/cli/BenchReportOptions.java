package io.nearstream.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The report that every benchmark of vectors leaves. */
final class BenchReportOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--json",
            paramLabel = "OUT",
            required = true,
            description = "Write the report here, as JSON.")
    private Path json;

    /** Says now, and not after minutes of work, that the report cannot be written. */
    void requireDirectory() {
        BenchRuns.requireDirectory(spec, "--json", json);
    }

    /** Where results are shown to people. */
    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Writes the report, and says where it is. */
    void write(Map<String, Object> document) throws IOException {
        Files.writeString(json, Json.text(document) + "\n", StandardCharsets.UTF_8);
        out().printf("%nreport: %s%n", json);
        out().flush();
    }
}
