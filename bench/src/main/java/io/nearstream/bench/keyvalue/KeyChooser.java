package io.nearstream.bench.keyvalue;

import java.util.SplittableRandom;

/** Chooses the number of a key. Not thread-safe. */
@FunctionalInterface
interface KeyChooser {
    int next(SplittableRandom random);
}
