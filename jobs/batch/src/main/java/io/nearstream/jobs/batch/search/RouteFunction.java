package io.nearstream.jobs.batch.search;

import io.nearstream.jobs.batch.message.RoutedQueries;
import io.nearstream.jobs.batch.message.VectorBlock;
import java.io.ByteArrayOutputStream;
import java.util.stream.IntStream;
import org.apache.flink.util.Collector;

/** Finds the buckets that queries visit; a message for each subtask, empty or not. */
final class RouteFunction extends BlockFunction<RoutedQueries> {
    private static final long serialVersionUID = 1L;

    /**
     * @param subtasks of the search
     */
    RouteFunction(SearchSpec spec, int subtasks) {
        super(spec, subtasks);
    }

    /** Of one subtask, while a block is routed. */
    private static final class Part {
        private final IntStream.Builder ordinals = IntStream.builder();
        private final IntStream.Builder starts = IntStream.builder();
        private final IntStream.Builder visits = IntStream.builder();
        private final ByteArrayOutputStream vectors = new ByteArrayOutputStream();
        private int visitCount;
        private int lastOrdinal = -1;

        void add(int ordinal, int bucket, byte[] vector) {
            if (ordinal != lastOrdinal) {
                ordinals.add(ordinal);
                starts.add(visitCount);
                vectors.writeBytes(vector);
                lastOrdinal = ordinal;
            }
            visits.add(bucket);
            visitCount++;
        }
    }

    @Override
    public void flatMap(VectorBlock block, Collector<RoutedQueries> out)
            throws InterruptedException {
        // Answers wait for the base anyhow; so the time of answering is that of all queries.
        counters.awaitBase();
        if (spec.visitsAll()) {
            for (int target = 0; target < subtasks; target++) {
                out.collect(
                        RoutedQueries.toAll(target, block.first(), block.count(), block.vectors()));
            }
            return;
        }
        Part[] parts = new Part[subtasks];
        for (int target = 0; target < subtasks; target++) {
            parts[target] = new Part();
        }
        int vectorBytes = block.vectors().length / block.count();
        for (int i = 0; i < block.count(); i++) {
            byte[] vector = new byte[vectorBytes];
            System.arraycopy(block.vectors(), i * vectorBytes, vector, 0, vectorBytes);
            for (int bucket : buckets.probe(vector, spec.visits())) {
                parts[SearchSpec.owner(bucket, subtasks)].add(i, bucket, vector);
            }
        }
        for (int target = 0; target < subtasks; target++) {
            Part part = parts[target];
            out.collect(
                    new RoutedQueries(
                            target,
                            block.first(),
                            block.count(),
                            part.ordinals.build().toArray(),
                            part.starts.add(part.visitCount).build().toArray(),
                            part.visits.build().toArray(),
                            part.vectors.toByteArray()));
        }
    }
}
