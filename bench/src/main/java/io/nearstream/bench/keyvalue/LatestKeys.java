package io.nearstream.bench.keyvalue;

import java.util.SplittableRandom;
import java.util.function.IntSupplier;

/** The newest key most often, and the others by their age, as zipfian ranks. Not thread-safe. */
final class LatestKeys implements KeyChooser {
    private final IntSupplier newest;
    private final Zipfian ages;

    /** Chooses among as many keys as there are when it chooses. */
    LatestKeys(IntSupplier newest) {
        this.newest = newest;
        this.ages = new Zipfian(newest.getAsInt());
    }

    @Override
    public int next(SplittableRandom random) {
        int keys = newest.getAsInt();
        ages.grow(keys);
        return (int) (keys - 1 - ages.next(random));
    }
}
