package io.nearstream.chaos.load;

import java.util.SplittableRandom;

/** Which of so many things an operation is about: any, or while it is hot mostly a few. */
final class Skew {
    private static final int HOT = 3;
    private static final int HOT_TENTHS = 7;

    private volatile boolean hot;

    void setHot(boolean now) {
        hot = now;
    }

    int draw(SplittableRandom random, int count) {
        return hot && random.nextInt(10) < HOT_TENTHS ? random.nextInt(HOT) : random.nextInt(count);
    }
}
