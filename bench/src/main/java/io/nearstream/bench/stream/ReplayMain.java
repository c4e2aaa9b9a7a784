package io.nearstream.bench.stream;

import io.nearstream.bench.peer.ChangingIndex;
import io.nearstream.bench.peer.Peers;
import io.nearstream.bench.peer.VectorIndexFactory;
import io.nearstream.core.similarity.VectorSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Replays a runbook with one index in this process: {@code OUT DIR PLAN...}. Writes a {@link
 * ReplayRun} into OUT; works in the empty directory DIR. Ends with 0, or with 1 and a line about
 * what went wrong.
 */
public final class ReplayMain {
    private ReplayMain() {}

    /** Runs one plan. */
    public static void main(String[] arguments) {
        try {
            List<String> all = Arrays.asList(arguments);
            ReplayPlan plan = ReplayPlan.of(all.subList(2, all.size()));
            run(plan, Path.of(all.get(1))).write(Path.of(all.get(0)));
        } catch (IOException | RuntimeException | InterruptedException | LinkageError failure) {
            failure.printStackTrace();
            System.err.println(failure);
            System.exit(1);
        }
        System.exit(0);
    }

    private static ReplayRun run(ReplayPlan plan, Path dir)
            throws IOException, InterruptedException {
        StreamInput input =
                StreamInput.read(plan.files(), plan.metric(), plan.encoding(), plan.queries());
        VectorIndexFactory factory = Peers.named(plan.system());
        LiveSet live = new LiveSet(input.space(), input.rows());
        input.runbook().steps().forEach(live::apply);
        Replay replay;
        int[][] atEnd;
        try (ChangingIndex index = create(factory, input.space(), dir.resolve("streamed"))) {
            IndexTarget target = new IndexTarget(index, input, plan.k(), plan.effort());
            replay = Replay.run(input.runbook(), target, done -> {});
            atEnd = target.ask();
        }
        try (ChangingIndex index = create(factory, input.space(), dir.resolve("fresh"))) {
            IndexTarget target = new IndexTarget(index, input, plan.k(), plan.effort());
            Replay.fill(target, live.rows(), plan.seed());
            return new ReplayRun(
                    factory.description(),
                    Integer.toString(Runtime.version().feature()),
                    replay,
                    atEnd,
                    target.ask());
        }
    }

    private static ChangingIndex create(VectorIndexFactory factory, VectorSpace space, Path dir)
            throws IOException {
        return factory.createChanging(space, Files.createDirectories(dir))
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "System '%s' takes no replacements and removals."
                                                .formatted(factory.name())));
    }
}
