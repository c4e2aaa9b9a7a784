package io.nearstream.operators.nearest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import io.nearstream.operators.Neighbour;
import io.nearstream.operators.join.FailingRun;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.junit.jupiter.api.Test;

/**
 * The operators answer what brute force answers, whatever overtakes what and whenever they fail.
 */
class NearestOperatorsTest {
    private static final Watermark END = new Watermark(Long.MAX_VALUE - 1);

    private static final class Run
            extends FailingRun<NearestCluster, NearestHarnesses.Checkpoint, NearestCluster.Answer> {
        private final NearestLog log;
        private final List<JoinChange> index;
        private final List<NearestLog.Element> elements;
        private int committedIndex;
        private int committedElements;
        private int atIndex;
        private int atElements;

        Run(NearestLog log, SplittableRandom random) {
            super(random);
            this.log = log;
            this.index = mixed(log.changes(), random);
            this.elements = new ArrayList<>(log.elements());
            for (int i = elements.size() - 1; i > 0; i--) {
                elements.add(Math.max(0, i - random.nextInt(8)), elements.remove(i));
            }
        }

        /** All up to this time was read. */
        private static <E> Watermark time(List<E> inputs, int at, ToLongFunction<E> time) {
            return new Watermark(
                    inputs.subList(at, inputs.size()).stream()
                            .mapToLong(input -> time.applyAsLong(input) - 1)
                            .min()
                            .orElse(END.getTimestamp()));
        }

        @Override
        protected NearestCluster open(
                List<NearestHarnesses.Checkpoint> from, int inputs, int buckets) throws Exception {
            atIndex = committedIndex;
            atElements = committedElements;
            return new NearestCluster(
                    log.topology(), NearestLog::vector, random, from, inputs, buckets);
        }

        @Override
        protected boolean hasMore() {
            return atIndex < index.size() || atElements < elements.size();
        }

        @Override
        protected void step(NearestCluster cluster) throws Exception {
            switch (random.nextInt(22)) {
                case 0, 1, 2, 3, 4, 5 -> readIndex(cluster);
                case 6, 7, 8 -> readElement(cluster);
                case 9, 10 -> cluster.indexTime(indexTime(), false);
                case 11, 12 ->
                        cluster.askTime(
                                time(elements, atElements, NearestLog.Element::time), false);
                case 13 -> {
                    if (atIndex > 0) { // a replay
                        cluster.index(index.get(random.nextInt(atIndex)));
                    }
                }
                default -> cluster.deliver();
            }
        }

        private Watermark indexTime() {
            return time(index, atIndex, change -> change.record().version().time());
        }

        private void readIndex(NearestCluster cluster) throws Exception {
            if (atIndex < index.size()) {
                cluster.index(index.get(atIndex++));
            }
        }

        private void readElement(NearestCluster cluster) throws Exception {
            if (atElements < elements.size()) {
                NearestLog.Element element = elements.get(atElements++);
                cluster.ask(element.number(), element.time());
            }
        }

        @Override
        protected void end(NearestCluster cluster) throws Exception {
            Watermark end = random.nextBoolean() ? END : Watermark.MAX_WATERMARK;
            cluster.askTime(end, true);
            cluster.indexTime(end, true);
        }

        @Override
        protected NearestHarnesses.Checkpoint checkpoint(NearestCluster cluster) throws Exception {
            assertThat(cluster.aside(NearestHarnesses.LATE)).isEmpty();
            committedIndex = atIndex;
            committedElements = atElements;
            return cluster.checkpoint(1);
        }

        @Override
        protected List<NearestCluster.Answer> said(NearestCluster cluster) {
            return cluster.said();
        }
    }

    @Test
    void eachElementIsAnsweredOnceAsOfItsTimeAfterFailuresAndAtAnotherParallelism() {
        AtomicLong failures = new AtomicLong();
        AtomicLong neighbours = new AtomicLong();
        Property.holds(
                40,
                random -> {
                    NearestLog log = NearestLog.random(random, 20 + random.nextInt(130));
                    Run run = new Run(log, random);
                    run.run();
                    NearestLog asRead = new NearestLog(log.topology(), run.index, run.elements);
                    assertThat(run.committed())
                            .containsExactlyInAnyOrderElementsOf(asRead.answers());
                    failures.addAndGet(run.failures());
                    run.committed()
                            .forEach(
                                    answer ->
                                            neighbours.addAndGet(
                                                    answer.neighbours().nearest().size()));
                });
        assertThat(failures.get()).as("failures in all trials").isPositive();
        assertThat(neighbours.get()).as("neighbours in all trials").isPositive();
    }

    @Test
    void nothingIsLeftInStateOfWhatIsGone() {
        Property.holds(
                20,
                random -> {
                    NearestLog log = NearestLog.random(random, 80);
                    try (NearestCluster cluster =
                            new NearestCluster(
                                    log.topology(), NearestLog::vector, random, List.of(), 2, 2)) {
                        for (JoinChange change : log.changes()) {
                            cluster.index(change);
                        }
                        for (NearestLog.Element element : log.elements()) {
                            cluster.ask(element.number(), element.time());
                        }
                        cluster.checkpoint(1);
                        assertThat(cluster.stateSize()).isPositive();
                        Version after = new Version(5_000, 0, 0);
                        for (JoinChange change : log.changes()) {
                            cluster.index(JoinChange.deleted(change.record().at(after)));
                        }
                        cluster.indexTime(END, true);
                        cluster.askTime(END, true);
                        cluster.checkpoint(2);
                        assertThat(cluster.stateSize()).isZero();
                        assertThat(cluster.said()).hasSameSizeAs(log.elements());
                    }
                });
    }

    private static final JoinRule L2 = NearestTopology.space(Metric.L2, Encoding.UINT8, 2);

    private static NearestTopology topology(NearestRouting routing) {
        return new NearestTopology(L2, routing, 1, Double.POSITIVE_INFINITY, "test", 1, 1);
    }

    private static JoinChange change(String id, long time, int... values) {
        byte[] vector = {(byte) values[0], (byte) values[1]};
        RecordRef record = new RecordRef((byte) 0, id, new Version(time, 0, 0));
        return new JoinChange(record, false, vector, JoinChange.NEVER, JoinChange.NEVER);
    }

    private static NearestCluster open(NearestRouting routing, NearestHarnesses.Checkpoint... from)
            throws Exception {
        return new NearestCluster(
                topology(routing),
                number -> number < 0 ? new byte[1] : NearestLog.vector(number),
                new SplittableRandom(1),
                List.of(from),
                1 + from.length,
                2);
    }

    @Test
    void whatWasLateStaysLateAfterARestoreAndWhatDoesNotFitIsRefused() throws Exception {
        NearestHarnesses.Checkpoint checkpoint;
        try (NearestCluster cluster = open(new NearestRouting.Flat(3))) {
            cluster.askTime(new Watermark(100), true);
            checkpoint = cluster.checkpoint(1);
        }
        try (NearestCluster cluster = open(new NearestRouting.Flat(3), checkpoint)) {
            cluster.ask(7, 100);
            cluster.ask(8, 101);
            cluster.ask(-1, 102);
            cluster.askTime(END, true);
            cluster.indexTime(END, true);
            cluster.checkpoint(2);
            assertThat(cluster.aside(NearestHarnesses.LATE)).containsExactly(7);
            assertThat(cluster.aside(NearestHarnesses.REFUSED)).containsExactly(-1);
            assertThat(cluster.said())
                    .extracting(answer -> answer.neighbours().element())
                    .containsExactly(8);
        }
    }

    @Test
    void theCellsOfTheStateGoOnToBeUsed() throws Exception {
        NearestRouting before = cells(0, 0, 9, 9);
        NearestRouting after = cells(40, 40, 90, 90, 1, 1);
        NearestHarnesses.Checkpoint checkpoint;
        try (NearestCluster cluster = open(before)) {
            cluster.index(change("a", 5, 8, 8));
            cluster.indexTime(new Watermark(5), true);
            checkpoint = cluster.checkpoint(1);
        }
        try (NearestCluster cluster = open(after, checkpoint)) {
            cluster.ask(80, 6); // of the other centroids {8, 8} would live in another cell
            cluster.askTime(END, true);
            cluster.indexTime(END, true);
            cluster.checkpoint(2);
            assertThat(cluster.said())
                    .flatExtracting(answer -> answer.neighbours().nearest())
                    .containsExactly(new Neighbour("a", Math.sqrt(2), 5, 0));
        }
    }

    /** The nearest cell only. */
    private static NearestRouting cells(int... values) {
        byte[] centroids = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            centroids[i] = (byte) values[i];
        }
        return new NearestRouting.Cells(centroids, 0.01, Double.POSITIVE_INFINITY);
    }

    @Test
    void aRestoreWithOtherBucketsIsRefused() throws Exception {
        NearestHarnesses.Checkpoint checkpoint;
        try (NearestCluster cluster = open(new NearestRouting.Flat(3))) {
            checkpoint = cluster.checkpoint(1);
        }
        assertThatThrownBy(() -> open(new NearestRouting.Flat(4), checkpoint))
                .hasStackTraceContaining("state was made with other buckets");
    }
}
