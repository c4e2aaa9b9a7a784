package io.nearstream.jobs.batch.search;

import io.nearstream.jobs.batch.message.PlacedRows;
import io.nearstream.jobs.batch.message.VectorBlock;
import java.io.ByteArrayOutputStream;
import java.util.stream.IntStream;
import org.apache.flink.util.Collector;

/** Finds the buckets of rows; a message for each subtask that keeps some of them. */
final class PlaceFunction extends BlockFunction<PlacedRows> {
    private static final long serialVersionUID = 1L;

    /**
     * @param subtasks of the search
     */
    PlaceFunction(SearchSpec spec, int subtasks) {
        super(spec, subtasks);
    }

    /** Of one subtask, while a block is placed. */
    private static final class Part {
        private final IntStream.Builder rows = IntStream.builder();
        private final IntStream.Builder homes = IntStream.builder();
        private final IntStream.Builder places = IntStream.builder();
        private final ByteArrayOutputStream vectors = new ByteArrayOutputStream();
        private int vectorCount;
        private int lastRow = -1;

        void add(int row, int bucket, byte[] vector) {
            if (row != lastRow) {
                vectors.writeBytes(vector);
                vectorCount++;
                lastRow = row;
            }
            rows.add(row);
            homes.add(bucket);
            places.add(vectorCount - 1);
        }
    }

    @Override
    public void flatMap(VectorBlock block, Collector<PlacedRows> out) {
        Part[] parts = new Part[subtasks];
        int vectorBytes = block.vectors().length / block.count();
        for (int i = 0; i < block.count(); i++) {
            int row = Math.toIntExact(block.first() + i);
            byte[] vector = new byte[vectorBytes];
            System.arraycopy(block.vectors(), i * vectorBytes, vector, 0, vectorBytes);
            for (int bucket : buckets.place(Integer.toString(row), vector)) {
                int owner = SearchSpec.owner(bucket, subtasks);
                if (parts[owner] == null) {
                    parts[owner] = new Part();
                }
                parts[owner].add(row, bucket, vector);
            }
        }
        for (int target = 0; target < subtasks; target++) {
            Part part = parts[target];
            if (part != null) {
                out.collect(
                        new PlacedRows(
                                target,
                                part.rows.build().toArray(),
                                part.homes.build().toArray(),
                                part.places.build().toArray(),
                                part.vectors.toByteArray()));
            }
        }
        counters.placed(block.count());
    }
}
