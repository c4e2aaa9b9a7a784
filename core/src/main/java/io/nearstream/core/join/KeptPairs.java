package io.nearstream.core.join;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The pairs of a bucket that may be taken back, in no order. Belongs to one thread. */
final class KeptPairs {
    private final List<Pair> pairs = new ArrayList<>();
    private long rowBytes;

    void add(Pair pair) {
        pairs.add(pair);
        rowBytes += BucketLog.pairBytes(pair);
    }

    Pair get(int at) {
        return pairs.get(at);
    }

    /** The last one takes its place. */
    void remove(int at) {
        rowBytes -= BucketLog.pairBytes(pairs.get(at));
        Pair last = pairs.remove(pairs.size() - 1);
        if (at < pairs.size()) {
            pairs.set(at, last);
        }
    }

    int size() {
        return pairs.size();
    }

    /** Bytes that rows of the log take for all of them. */
    long rowBytes() {
        return rowBytes;
    }

    void forEach(Consumer<Pair> each) {
        pairs.forEach(each);
    }
}
