package io.nearstream.core.standing;

import io.nearstream.core.model.IndexChange;
import java.util.ArrayList;
import java.util.List;

/** A shard whose changes wait for the watermark on the heap, and come out in order. */
final class WaitingShard {
    private final StandingShard shard;
    private final List<IndexChange> waiting = new ArrayList<>();

    WaitingShard(StandingShard shard) {
        this.shard = shard;
    }

    StandingShard shard() {
        return shard;
    }

    List<IndexChange> waiting() {
        return waiting;
    }

    void change(IndexChange change) {
        if (shard.awaits(change)) {
            waiting.add(change);
        }
    }

    void advance(long watermark) {
        List<IndexChange> due =
                waiting.stream()
                        .filter(change -> change.version().time() <= watermark)
                        .sorted(StandingShard.LOG)
                        .toList();
        waiting.removeIf(change -> change.version().time() <= watermark);
        due.forEach(shard::next);
        shard.advance(watermark);
    }
}
