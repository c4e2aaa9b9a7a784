package io.nearstream.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.annotation.Nullable;
import org.apache.flink.configuration.CheckpointingOptions;

/** Whether checkpoints of a cluster elsewhere can be seen from here. Stateless. */
final class SeenCheckpoints {
    private SeenCheckpoints() {}

    /**
     * Whoever does not see the checkpoints takes a job for new that is not, and its first ones
     * would clash with those that lie there.
     *
     * @param jobManager its REST API, {@code HOST:PORT}
     * @param host of that
     * @param checkpoints where it says that they lie; null where it does not
     * @return the same as a URI
     */
    static String require(String jobManager, String host, @Nullable String checkpoints)
            throws IOException {
        if (checkpoints == null) {
            throw new IOException(
                    "The JobManager at %s has no '%s'. Give it one that all its hosts see."
                            .formatted(
                                    jobManager, CheckpointingOptions.CHECKPOINTS_DIRECTORY.key()));
        }
        URI uri = URI.create(checkpoints);
        boolean onDisk = uri.getScheme() == null || uri.getScheme().equals("file");
        Path dir = Path.of(uri.getPath());
        if (!onDisk || !(Files.isDirectory(dir) || isThisHost(host))) {
            throw new IOException(
                    "The JobManager at %s keeps checkpoints in %s, which cannot be seen from here, so that nobody could tell what the jobs have to go on from. Submit from a host that sees it, such as the JobManager's."
                            .formatted(jobManager, checkpoints));
        }
        return dir.toUri().toString();
    }

    /** Then a directory that is not there has not been made yet. */
    private static boolean isThisHost(String host) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        return NetworkInterface.getByInetAddress(address) != null;
    }
}
