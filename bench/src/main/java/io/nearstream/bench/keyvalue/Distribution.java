package io.nearstream.bench.keyvalue;

import java.util.function.IntSupplier;

/** Which keys are used how often, as in YCSB. */
public enum Distribution {
    /** All alike. */
    UNIFORM,
    /** Some far more often than others; these lie anywhere among the keys. */
    ZIPFIAN,
    /** The newer, the more often. */
    LATEST;

    /**
     * Chooses keys; a chooser serves one thread.
     *
     * @param records keys that were loaded, at least 1
     * @param newest how many keys there are now
     */
    KeyChooser chooser(int records, IntSupplier newest) {
        return switch (this) {
            case UNIFORM -> random -> random.nextInt(records);
            case ZIPFIAN -> new ScrambledZipfian(records);
            case LATEST -> new LatestKeys(newest);
        };
    }
}
