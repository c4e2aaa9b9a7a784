package io.nearstream.bench.peer;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the peers that need a newer Java are.
 *
 * @param jdk a newer JDK, where there is one
 * @param target the directory {@code target} of {@code bench/peers}, where that is built
 */
public record PeerHome(Optional<Path> jdk, Optional<Path> target) {
    /** Set by the start script. */
    private static final String JDK_PROPERTY = "nearstream.peers.jdk";

    private static final String TARGET_PROPERTY = "nearstream.peers.target";

    /** As the start script has found it. */
    public static PeerHome found() {
        return new PeerHome(path(JDK_PROPERTY), path(TARGET_PROPERTY));
    }

    private static Optional<Path> path(String property) {
        return Optional.ofNullable(System.getProperty(property))
                .filter(value -> !value.isBlank())
                .map(Path::of);
    }

    /**
     * What runs them.
     *
     * @throws AbsentException if either is missing, saying how to get it
     */
    public PeerJvm jvm() throws AbsentException {
        return PeerJvm.peers(jdk, target);
    }
}
