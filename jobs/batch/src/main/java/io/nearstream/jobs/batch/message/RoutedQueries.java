package io.nearstream.jobs.batch.message;

import io.nearstream.operators.state.Parts;
import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The queries of a block that visit buckets of one subtask; empty where none does, since every
 * subtask answers every block. Query i of these is number {@code ordinals[i]} of the block and
 * visits {@code buckets[starts[i]]} to {@code buckets[starts[i + 1] - 1]}, nearest first; without
 * starts it visits all buckets of the subtask.
 *
 * @param target the subtask
 * @param first number of the block's first query
 * @param count queries of the block
 * @param ordinals ascending, by query
 * @param starts by query, and the end of the last; none where all buckets are visited
 * @param buckets of all queries
 * @param vectors of the queries, one behind the other
 */
public record RoutedQueries(
        int target,
        long first,
        int count,
        int[] ordinals,
        int[] starts,
        int[] buckets,
        byte[] vectors)
        implements MessageFormat.Message {
    public static final TypeInformation<RoutedQueries> TYPE =
            MessageFormat.type(RoutedQueries.class, RoutedQueries::read);

    /** All queries of a block, to all buckets of a subtask. */
    public static RoutedQueries toAll(int target, long first, int count, byte[] vectors) {
        int[] ordinals = new int[count];
        Arrays.setAll(ordinals, i -> i);
        return new RoutedQueries(target, first, count, ordinals, new int[0], new int[0], vectors);
    }

    /** Whether every query visits all buckets of the subtask. */
    public boolean visitsAll() {
        return starts.length == 0;
    }

    @Override
    public void write(DataOutputView out) throws IOException {
        out.writeInt(target);
        out.writeLong(first);
        out.writeInt(count);
        Parts.writeInts(ordinals, out);
        Parts.writeInts(starts, out);
        Parts.writeInts(buckets, out);
        Parts.writeBytes(vectors, out);
    }

    private static RoutedQueries read(DataInputView in) throws IOException {
        return new RoutedQueries(
                in.readInt(),
                in.readLong(),
                in.readInt(),
                Parts.readInts(in),
                Parts.readInts(in),
                Parts.readInts(in),
                Parts.readBytes(in));
    }
}
