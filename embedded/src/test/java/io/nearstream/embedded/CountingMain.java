package io.nearstream.embedded;

import java.nio.file.Path;

/** A process of its own that runs {@link CountingJob} until it is killed. */
final class CountingMain {
    /** Printed, with the broker's address, once the job runs. */
    static final String READY = "READY ";

    private CountingMain() {}

    public static void main(String[] args) throws Exception {
        EmbeddedNearstream nearstream =
                EmbeddedNearstreamITCase.start(EmbeddedOptions.in(Path.of(args[0])));
        System.out.println(READY + nearstream.bootstrap());
        System.in.read(); // the parent's end closes it: no orphan stays behind
        System.exit(0);
    }
}
