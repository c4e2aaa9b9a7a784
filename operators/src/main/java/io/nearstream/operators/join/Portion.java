package io.nearstream.operators.join;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import javax.annotation.Nullable;

/**
 * Of messages in any order the first ones that are due, as many as may lie on the heap. Equal ones
 * are not parted, so there are more where too many are equal. Not thread-safe.
 *
 * @param <M> the messages
 */
final class Portion<M> {
    private final Waiting.Kind<M> kind;
    private final Comparator<M> order;
    private final long bytesMax;
    private final long watermark;
    @Nullable private final M behind;
    private final PriorityQueue<M> least;
    private long bytes;
    @Nullable private M first;
    @Nullable private M end;

    /**
     * @param watermark up to which messages are due
     * @param behind those that are not behind this one came before; null for none
     */
    Portion(Waiting.Kind<M> kind, long bytesMax, long watermark, @Nullable M behind) {
        this.kind = kind;
        this.order = kind.order();
        this.bytesMax = bytesMax;
        this.watermark = watermark;
        this.behind = behind;
        this.least = new PriorityQueue<>(order.reversed());
    }

    /** Whether some message of a part may be one of the first. */
    boolean mayNeed(Held.Part part) {
        return part.earliest() <= watermark
                && (behind == null || part.latest() >= kind.time().applyAsLong(behind))
                && (end == null || part.earliest() <= kind.time().applyAsLong(end));
    }

    void offer(M message) {
        if (kind.time().applyAsLong(message) > watermark
                || behind != null && order.compare(message, behind) <= 0
                || end != null && order.compare(message, end) >= 0) {
            return;
        }
        least.add(message);
        bytes += kind.bytes().applyAsInt(message);
        if (first == null || order.compare(message, first) < 0) {
            first = message;
        }
        while (bytes > bytesMax && order.compare(least.element(), first) > 0) {
            end = least.element();
            while (order.compare(least.element(), end) == 0) {
                bytes -= kind.bytes().applyAsInt(least.remove());
            }
        }
    }

    /** None where nothing is left. */
    List<M> inOrder() {
        List<M> portion = new ArrayList<>(least);
        portion.sort(order);
        return portion;
    }
}
