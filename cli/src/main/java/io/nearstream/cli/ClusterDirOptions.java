package io.nearstream.cli;

import io.nearstream.cluster.Cluster;
import io.nearstream.cluster.ClusterLayout;
import io.nearstream.cluster.Distribution;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which cluster a command is about. */
final class ClusterDirOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--dir",
            paramLabel = "D",
            defaultValue = "${sys:user.home}/.nearstream/cluster",
            description =
                    "Directory of the cluster: processes, logs, data. Default: ${DEFAULT-VALUE}.")
    private Path dir;

    ClusterLayout layout() {
        return new ClusterLayout(dir);
    }

    Distribution distribution() throws IOException {
        return Distribution.ofThisProcess();
    }

    /** Opens the cluster; what happens is printed as it does. */
    Cluster open() throws IOException {
        Logs.quiet();
        Files.createDirectories(layout().dir());
        PrintWriter out = spec.commandLine().getOut();
        return Cluster.open(
                distribution(),
                layout(),
                line -> {
                    out.println(line);
                    out.flush();
                });
    }
}
