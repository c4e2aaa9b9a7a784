package io.nearstream.dist;

import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.util.SplittableRandom;

/** Vectors of the traffic: small ones, whose distances are exact. */
final class TrafficVectors {
    private static final int DIMENSIONS = 4;

    private TrafficVectors() {}

    /** Creates a collection for them. */
    static CollectionSettings create(NearstreamClient client, String name) {
        return client.collections()
                .create(CollectionSettings.learned(name, 0, DIMENSIONS, Metric.L2, Encoding.UINT8));
    }

    static byte[] draw(SplittableRandom random) {
        byte[] vector = new byte[DIMENSIONS];
        random.nextBytes(vector);
        return vector;
    }

    static double distance(byte[] left, byte[] right) {
        long sum = 0;
        for (int i = 0; i < left.length; i++) {
            long difference = (left[i] & 0xff) - (right[i] & 0xff);
            sum += difference * difference;
        }
        return Math.sqrt(sum);
    }
}
