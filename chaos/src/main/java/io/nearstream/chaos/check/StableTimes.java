package io.nearstream.chaos.check;

import io.nearstream.chaos.history.History;
import java.util.Map;
import java.util.TreeMap;

/** The times in which no job has gone back to a checkpoint, as far as somebody looked. */
final class StableTimes {
    /** Of a moment, or a call, of which that is not known. */
    static final long NONE = Long.MIN_VALUE;

    private final TreeMap<Long, Long> endByStart = new TreeMap<>();
    private long epoch = History.Look.UNKNOWN;
    private long start;

    static StableTimes of(History history) {
        StableTimes times = new StableTimes();
        history.forEachLook(times::add);
        return times;
    }

    private void add(History.Look look) {
        if (look.epoch() < 0 || look.epoch() != epoch) {
            epoch = look.epoch();
            start = look.at();
        } else {
            endByStart.put(start, look.at());
        }
    }

    /** The beginning of the stable time that a call lies in from its begin to its end. */
    long of(long began, long ended) {
        Map.Entry<Long, Long> time = endByStart.floorEntry(began);
        return time != null && ended <= time.getValue() ? time.getKey() : NONE;
    }
}
