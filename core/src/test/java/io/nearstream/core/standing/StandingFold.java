package io.nearstream.core.standing;

import java.util.ArrayList;
import java.util.List;

/** What was told of one query, folded. */
public final class StandingFold {
    private final List<Difference.Hit> hits = new ArrayList<>();
    private long sequence;
    private boolean current;
    private boolean truncated;

    /** The next; it must be. */
    public void take(Difference difference) {
        if (difference.sequence() != ++sequence) {
            throw new AssertionError("Expected sequence %d: %s".formatted(sequence, difference));
        }
        if (difference.kind() == Difference.Kind.SNAPSHOT) {
            hits.clear();
            hits.addAll(difference.added());
            truncated = difference.truncated();
            current = true;
        } else if (difference.kind() == Difference.Kind.CHANGE) {
            change(difference);
        } else if (difference.kind() != Difference.Kind.RENEWED) {
            current = false;
        }
    }

    private void change(Difference difference) {
        boolean hitsStay = difference.removed().isEmpty() && difference.added().isEmpty();
        if (hitsStay && difference.truncated() == truncated) {
            throw new AssertionError("Changes nothing: " + difference);
        }
        truncated = difference.truncated();
        for (String id : difference.removed()) {
            if (!hits.removeIf(hit -> hit.id().equals(id))) {
                throw new AssertionError("Not there: %s in %s".formatted(id, hits));
            }
        }
        for (Difference.Hit hit : difference.added()) {
            hits.add(hit.rank(), hit);
        }
        for (int i = 0; i < hits.size(); i++) {
            Difference.Hit hit = hits.get(i);
            hits.set(i, new Difference.Hit(hit.id(), hit.distance(), hit.version(), i));
        }
    }

    /** Whether the hits are the answer. */
    boolean isCurrent() {
        return current;
    }

    List<Difference.Hit> hits() {
        return hits;
    }

    /** Whether more are within the radius. */
    boolean isTruncated() {
        return truncated;
    }
}
