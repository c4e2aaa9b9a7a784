package io.nearstream.bench.peer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A program that measures nothing and reports what it is told to: {@code HOW OUT DIR SYSTEM...}.
 */
final class FakePeer {
    static final SystemRun RUN =
            new SystemRun(
                    "fake",
                    "a fake",
                    "25",
                    1_000.5,
                    12,
                    34,
                    List.of(
                            new SweepPoint(1, 0.9, 100, 1, 2, 3),
                            new SweepPoint(2, 1, 50, 2, 4, 6)),
                    Map.of("build_s", 2.5));

    private FakePeer() {}

    public static void main(String[] arguments) throws Exception {
        Path out = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "right" -> Files.writeString(out, RUN.json());
            case "broken" -> Files.writeString(out, "{\"points\": 3}");
            case "silent" -> System.exit(0);
            default -> {
                System.err.println("this peer is out of order");
                System.exit(3);
            }
        }
    }
}
