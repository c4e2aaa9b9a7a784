package io.nearstream.bench.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nearstream.bench.stream.Runbook.Operation;
import io.nearstream.bench.stream.Runbook.Step;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
    private static final Runbook BOOK =
            new Runbook(
                    "book",
                    List.of(
                            new Step(1, Operation.INSERT, 0, 3, 0),
                            new Step(2, Operation.SEARCH, 0, 0, 0),
                            new Step(3, Operation.DELETE, 0, 1, 0),
                            new Step(4, Operation.REPLACE, 1, 1, 4),
                            new Step(5, Operation.SEARCH, 0, 0, 0),
                            new Step(6, Operation.DELETE, 2, 1, 2)),
                    false);

    private static final StreamInput INPUT =
            new StreamInput(
                    BOOK,
                    VectorSpace.of(Metric.L2, Encoding.UINT8, 1),
                    IntStream.range(0, 5).mapToObj(row -> new byte[] {(byte) row}).toList(),
                    List.of(new byte[] {0}));

    @TempDir private Path dir;

    /** Answers with the tags that it shows, whatever is asked. */
    private static final class Recorded implements Replay.Target {
        private final Map<Integer, Integer> rowByTag = new TreeMap<>();
        private final List<String> calls = new ArrayList<>();
        private int[] shown = new int[0];

        @Override
        public void put(int tag, int row) {
            calls.add("put " + tag + " " + row);
            rowByTag.put(tag, row);
        }

        @Override
        public void remove(int tag) {
            calls.add("remove " + tag);
            rowByTag.remove(tag);
        }

        @Override
        public void show() {
            calls.add("show");
            shown = rowByTag.keySet().stream().mapToInt(Integer::intValue).toArray();
        }

        @Override
        public int[][] ask() {
            calls.add("ask");
            return new int[][] {shown};
        }
    }

    @Test
    void everySearchIsAskedWhenAllBeforeItIsShown() throws Exception {
        Recorded target = new Recorded();
        List<Integer> done = new ArrayList<>();
        Replay replay = Replay.run(BOOK, target, done::add);

        assertThat(target.calls)
                .containsExactly(
                        "put 0 0",
                        "put 1 1",
                        "put 2 2",
                        "show",
                        "ask",
                        "remove 0",
                        "put 1 4",
                        "show",
                        "ask",
                        "remove 2",
                        "show");
        assertThat(replay.writes()).isEqualTo(6);
        assertThat(replay.searches()).extracting(Replay.Answers::step).containsExactly(2, 5);
        assertThat(replay.searches().get(1).tags()).isDeepEqualTo(new int[][] {{1, 2}});
        assertThat(done).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void answersAreJudgedByWhatIsTrueAtTheirStep() throws Exception {
        Truth truth = new Truth(INPUT, 2, done -> {});
        List<Replay.Answers> searches = Replay.run(BOOK, new Recorded(), done -> {}).searches();

        assertThat(truth.judge(searches))
                .containsExactly(new LiveSet.Judgement(1, 0), new LiveSet.Judgement(1, 0));
        assertThat(List.of(truth.live(0), truth.live(1))).containsExactly(3, 2);
        assertThat(truth.end().rows()).isEqualTo(Map.of(1, 4));
        assertThat(truth.judgeAtEnd(new int[][] {{1}})).isEqualTo(new LiveSet.Judgement(1, 0));
        assertThat(truth.judgeAtEnd(new int[][] {{2}})).isEqualTo(new LiveSet.Judgement(0, 1));
        List<Replay.Answers> swapped = List.of(searches.get(0), searches.get(0));
        assertThat(truth.judge(swapped).get(1)).isEqualTo(new LiveSet.Judgement(1, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> truth.judge(List.of()))
                .withMessageContaining("0 searches to judge, but 2");
    }

    @Test
    void aNewIndexIsFilledInAnOrderOfItsOwn() throws Exception {
        Map<Integer, Integer> live = new TreeMap<>();
        IntStream.range(0, 100).forEach(tag -> live.put(tag, tag % 5));
        Recorded one = new Recorded();
        Recorded other = new Recorded();
        Replay.fill(one, live, 1);
        Replay.fill(other, live, 1);

        assertThat(one.rowByTag).isEqualTo(live);
        assertThat(one.calls).hasSize(101).endsWith("show").isEqualTo(other.calls);
        assertThat(one.calls.subList(0, 100)).isNotEqualTo(one.calls.stream().sorted().toList());
    }

    @Test
    void aPlanTravelsAsArguments() {
        for (Optional<Path> labels : List.of(Optional.<Path>empty(), Optional.of(Path.of("l")))) {
            ReplayPlan plan =
                    new ReplayPlan(
                            "jvector",
                            new StreamFiles(Path.of("r"), Path.of("b"), labels, Path.of("q")),
                            Metric.COSINE,
                            Encoding.INT8,
                            5,
                            10,
                            40,
                            -7);
            assertThat(ReplayPlan.of(plan.arguments())).isEqualTo(plan);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReplayPlan.of(List.of("jvector")))
                .withMessageContaining("11 arguments, but 1 came");
    }

    @Test
    void aRunTravelsAsAFile() throws Exception {
        Replay replay = Replay.run(BOOK, new Recorded(), done -> {});
        ReplayRun run = new ReplayRun("a graph", "25", replay, new int[][] {{1}}, new int[][] {{}});
        Path file = dir.resolve("run.json");
        run.write(file);
        assertThat(ReplayRun.parse(Files.readString(file)))
                .usingRecursiveComparison()
                .isEqualTo(run);
        assertThatIOException().isThrownBy(() -> ReplayRun.parse("{\"java\": \"25\"}"));
        assertThatIOException().isThrownBy(() -> ReplayRun.parse("["));
    }
}
