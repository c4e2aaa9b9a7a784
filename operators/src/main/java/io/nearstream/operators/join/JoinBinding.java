package io.nearstream.operators.join;

import io.nearstream.core.join.JoinRouting;
import io.nearstream.core.join.JoinRule;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;

/**
 * What the state of a join or an index belongs to: its rule, what it joins and where records live.
 * State of anything else is refused; the cells of the state win over those of the job. Belongs to a
 * task.
 */
final class JoinBinding {
    private static final ListStateDescriptor<Long> ROUTING =
            new ListStateDescriptor<>("join-routing", LongSerializer.INSTANCE);
    private static final ListStateDescriptor<String> JOIN =
            new ListStateDescriptor<>("join-rule", StringSerializer.INSTANCE);
    private static final ListStateDescriptor<Integer> NEAREST =
            new ListStateDescriptor<>("join-nearest", IntSerializer.INSTANCE);
    private static final ListStateDescriptor<byte[]> REMEMBERED =
            new ListStateDescriptor<>("join-cells", BytePrimitiveArraySerializer.INSTANCE);

    private final ListState<Long> routingState;
    private final ListState<String> joinState;
    private final ListState<Integer> nearestState;
    private final ListState<byte[]> rememberedState;
    private final String join;
    private final int nearest;
    private final byte[] remembered;
    private final JoinRouting routing;

    private JoinBinding(
            OperatorStateStore states, String join, int nearest, BucketRouting given, JoinRule rule)
            throws Exception {
        this.join = join;
        this.nearest = nearest;
        joinState = states.getUnionListState(JOIN);
        for (String earlier : joinState.get()) {
            if (!earlier.equals(join)) {
                throw new IllegalStateException(
                        "The state is of '%s', but this job is of '%s'. Run this one under another name, or start it without state."
                                .formatted(earlier, join));
            }
        }
        nearestState = states.getUnionListState(NEAREST);
        requireNearest();
        rememberedState = states.getUnionListState(REMEMBERED);
        BucketRouting chosen = given;
        for (byte[] earlier : rememberedState.get()) {
            chosen = chosen.remembering(earlier);
        }
        remembered = chosen.remembered();
        routing = chosen.open(rule);
        routingState = states.getUnionListState(ROUTING);
        for (long hash : routingState.get()) {
            if (hash != routing.hash()) {
                throw new IllegalStateException(
                        "The state was made with other buckets (%016x) than this job has (%016x). Give it the same kind and number of buckets, bands and seed, or start without state."
                                .formatted(hash, routing.hash()));
            }
        }
    }

    /**
     * That of a job.
     *
     * @param join what it joins by which rule, in words
     * @param nearest so many pairs of each later record are said, 0 for all
     * @param given where records live, unless the state remembers it
     * @throws IllegalStateException if the state is of something else
     */
    static JoinBinding of(
            OperatorStateStore states, String join, int nearest, BucketRouting given, JoinRule rule)
            throws Exception {
        return new JoinBinding(states, join, nearest, given, rule);
    }

    /**
     * Who chooses the nearest knows the pairs that it let through, so with another number those
     * would never be taken back that were said before. State of an earlier build does not say the
     * number, and goes on as it did there.
     */
    private void requireNearest() throws Exception {
        for (int earlier : nearestState.get()) {
            if (earlier != nearest) {
                throw new IllegalStateException(
                        "The state is of a join that says the %d nearest pairs of each record (0: all), but this job says %d: pairs that were said would never be taken back. Give it the same number, or run it under another name, whose pairs replace those of this one."
                                .formatted(earlier, nearest));
            }
        }
    }

    /** Where records live. */
    JoinRouting routing() {
        return routing;
    }

    /**
     * Writes it into the state.
     *
     * @param speaks whether this subtask is the one that writes what is the same in all
     */
    void write(boolean speaks) throws Exception {
        routingState.update(List.of(routing.hash()));
        joinState.update(speaks ? List.of(join) : List.of());
        nearestState.update(speaks ? List.of(nearest) : List.of());
        rememberedState.update(speaks && remembered.length > 0 ? List.of(remembered) : List.of());
    }
}
