package io.nearstream.jobs.query.gauge;

import io.nearstream.jobs.query.message.ProbeKey;
import java.util.List;

/**
 * One half of a probe that is gauged: what its router asked, or what its merge answered.
 *
 * @param probe the probe
 * @param collectionUid its collection
 * @param answered which half: false for the router's
 * @param generation asked: the generation that routed it
 * @param correction asked: the factor on the calibrated number of buckets
 * @param target asked: the recall aimed at
 * @param k asked: hits wanted
 * @param appendTime asked: of the probe; what has expired by then is no hit
 * @param query asked: the first query vector
 * @param asOf answered: every write appended up to then is in the answer
 * @param answeredAt answered: nothing appended later is in the answer
 * @param ids answered: of the hits to the first query vector, nearest first
 * @param distances answered: theirs
 */
public record GaugeNote(
        ProbeKey probe,
        long collectionUid,
        boolean answered,
        int generation,
        double correction,
        double target,
        int k,
        long appendTime,
        byte[] query,
        long asOf,
        long answeredAt,
        List<String> ids,
        double[] distances) {
    private static final byte[] NO_QUERY = {};
    private static final double[] NO_DISTANCES = {};

    /** The router's half. */
    public static GaugeNote asked(
            ProbeKey probe,
            long collectionUid,
            int generation,
            double correction,
            double target,
            int k,
            long appendTime,
            byte[] query) {
        return new GaugeNote(
                probe,
                collectionUid,
                false,
                generation,
                correction,
                target,
                k,
                appendTime,
                query,
                0,
                0,
                List.of(),
                NO_DISTANCES);
    }

    /** The merge's half. */
    public static GaugeNote answered(
            ProbeKey probe,
            long collectionUid,
            long asOf,
            long answeredAt,
            List<String> ids,
            double[] distances) {
        return new GaugeNote(
                probe,
                collectionUid,
                true,
                0,
                1,
                1,
                0,
                0,
                NO_QUERY,
                asOf,
                answeredAt,
                ids,
                distances);
    }
}
