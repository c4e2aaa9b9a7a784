package io.nearstream.chaos.host;

import io.nearstream.chaos.fault.Fault;
import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Injector;
import io.nearstream.chaos.fault.Node;
import io.nearstream.chaos.fault.Role;
import io.nearstream.chaos.fault.Target;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Truncates a file of the newest checkpoint of a job, which the checkpoint before it does not need,
 * and kills a TaskManager, so that the job needs it. The JobManagers stand still meanwhile: else
 * the checkpoint would soon be an old one. What was killed is started again as an operator would,
 * by asking for the whole cluster; that has to notice what is damaged.
 */
public final class CheckpointInjector implements Injector {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointInjector.class);
    private static final String METADATA = "_metadata";
    private static final String CHECKPOINT = "chk-";

    private final Host host;
    private final Target target;

    /** Nothing is damaged yet. */
    public CheckpointInjector(Host host, Target target) {
        this.host = host;
        this.target = target;
    }

    @Override
    public Set<FaultKind> kinds() {
        return EnumSet.of(FaultKind.CHECKPOINT_TRUNCATE);
    }

    @Override
    public void begin(Fault fault) throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(fault.seed());
        List<String> stopped = new ArrayList<>();
        try {
            for (Node node : target.nodes()) {
                if (node.role() == Role.JOBMANAGER) {
                    stopped.add(node.name());
                    target.pause(node.name());
                }
            }
            truncate(random);
            target.kill(fault.node());
        } finally {
            for (String node : stopped) {
                target.resume(node);
            }
        }
    }

    private void truncate(SplittableRandom random) throws IOException {
        List<Path> jobs = list(host.checkpoints()).stream().filter(this::hasTwo).sorted().toList();
        if (jobs.isEmpty()) {
            throw new IOException("No job has two completed checkpoints.");
        }
        Path job = jobs.get(random.nextInt(jobs.size()));
        List<Path> completed = completed(job);
        Path newest = completed.get(0);
        FileTime before = Files.getLastModifiedTime(completed.get(1).resolve(METADATA));
        List<Path> files = new ArrayList<>(list(newest));
        for (Path shared : list(job.resolve("shared"))) {
            // Written for the newest one: only that and those under way need it.
            if (Files.getLastModifiedTime(shared).compareTo(before) > 0) {
                files.add(shared);
            }
        }
        // A running job does not read the metadata again; whoever starts it anew does.
        files.removeIf(file -> files.size() > 1 && file.endsWith(METADATA));
        files.sort(Comparator.naturalOrder());
        Path file = files.get(random.nextInt(files.size()));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long bytes = random.nextLong(Math.max(1, channel.size()));
            LOG.info("{} of {} bytes is cut off after {}.", file, channel.size(), bytes);
            channel.truncate(bytes);
        }
    }

    private boolean hasTwo(Path job) {
        try {
            return completed(job).size() > 1;
        } catch (IOException gone) {
            LOG.debug("{} cannot be read.", job, gone);
            return false;
        }
    }

    /** Newest first. */
    private static List<Path> completed(Path job) throws IOException {
        return list(job).stream()
                .filter(each -> each.getFileName().toString().matches(CHECKPOINT + "\\d+"))
                .filter(each -> Files.exists(each.resolve(METADATA)))
                .sorted(Comparator.comparingLong(CheckpointInjector::number).reversed())
                .toList();
    }

    private static long number(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().substring(CHECKPOINT.length()));
    }

    private static List<Path> list(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(dir)) {
            return entries.toList();
        }
    }

    @Override
    public void end(Fault fault) throws IOException, InterruptedException {
        target.start(fault.node());
    }
}
