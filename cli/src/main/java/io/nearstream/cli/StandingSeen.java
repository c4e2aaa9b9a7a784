package io.nearstream.cli;

import io.nearstream.client.StandingAnswer;
import io.nearstream.client.StandingUpdate;
import io.nearstream.core.standing.Difference;
import java.util.HashSet;
import java.util.Set;

/** What somebody who watches has seen of each query, and so what is worth showing. */
final class StandingSeen {
    private final boolean all;

    /** Those whose answer was shown, after which changes mean something. */
    private final Set<String> begun = new HashSet<>();

    /** Those of which was said that something is missing. */
    private final Set<String> lost = new HashSet<>();

    /**
     * Nothing was seen.
     *
     * @param all whether changes are shown without an answer before them, too
     */
    StandingSeen(boolean all) {
        this.all = all;
    }

    /** Whether to show it: what changes in an answer that was not shown says nothing. */
    boolean isWanted(StandingUpdate update) {
        String name = update.difference().query().id();
        return switch (update.difference().kind()) {
            case SNAPSHOT -> {
                begun.add(name);
                yield true;
            }
            case ENDED -> {
                begun.remove(name);
                yield true;
            }
            case REFUSED -> true;
            default -> all || begun.contains(name);
        };
    }

    /** Whether with this the answer is not known any more, which was not said yet. */
    boolean isNewlyLost(StandingUpdate update) {
        String name = update.difference().query().id();
        if (update.difference().kind() == Difference.Kind.REFUSED) {
            return false;
        }
        if (update.answer().status() == StandingAnswer.Status.UNKNOWN) {
            return lost.add(name);
        }
        lost.remove(name);
        return false;
    }
}
