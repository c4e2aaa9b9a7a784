package io.nearstream.bench.cluster;

import io.nearstream.bench.keyvalue.KeyTraffic;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Something of everything, in the shares that {@link LoadKind#MIXED} says. */
record MixedTraffic(KeyTraffic keys, ProbeTraffic probes) implements Traffic {
    private static final int ALL = 100;
    private static final int GETS = 50;
    private static final int PUTS = 70;
    private static final int PROBES = 90;

    @Override
    public CompletableFuture<Boolean> next(SplittableRandom random) {
        int draw = random.nextInt(ALL);
        if (draw < GETS) {
            return keys.get(random);
        }
        if (draw < PUTS) {
            return keys.put(random);
        }
        return draw < PROBES ? probes.probe(random) : probes.write(random);
    }
}
