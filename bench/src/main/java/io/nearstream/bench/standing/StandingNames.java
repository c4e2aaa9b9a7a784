package io.nearstream.bench.standing;

import io.nearstream.core.standing.QueryName;
import io.nearstream.jobs.common.config.StandingOptions;
import io.nearstream.jobs.standing.ShardKeys;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.configuration.Configuration;

/** Who the queries of a benchmark are, and which of them it looks at. Stateless. */
final class StandingNames {
    private static final int SUBSCRIBERS = 8;
    private static final int KEY_GROUPS = 128; // shards do not depend on them

    private StandingNames() {}

    static QueryName name(int query) {
        return new QueryName("bench-" + query % SUBSCRIBERS, "q" + query);
    }

    /** The number of the query that is checked as the i-th. */
    static int checked(StandingPlan plan, int i) {
        return (int) ((long) i * plan.queries() / plan.checked());
    }

    static Set<QueryName> checked(StandingPlan plan) {
        Set<QueryName> checked = new HashSet<>();
        for (int i = 0; i < plan.checked(); i++) {
            checked.add(name(checked(plan, i)));
        }
        return checked;
    }

    /**
     * Numbers of queries whose next snapshots are behind all differences that were said before
     * them: what a shard says to a subscriber is on one partition, in order, so one of each shard
     * and subscriber is among them, beside those that are checked.
     */
    static Set<Integer> behindAll(StandingPlan plan) {
        Set<Integer> numbers = new TreeSet<>();
        for (int i = 0; i < plan.checked(); i++) {
            numbers.add(checked(plan, i));
        }
        ShardKeys shards = new ShardKeys(shards(plan), KEY_GROUPS);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < plan.queries() && seen.size() < shards.count() * SUBSCRIBERS; i++) {
            QueryName name = name(i);
            if (seen.add(shards.shardOf(name) + "/" + name.subscriber())) {
                numbers.add(i);
            }
        }
        return numbers;
    }

    private static int shards(StandingPlan plan) {
        int asked = Configuration.fromMap(plan.overrides()).get(StandingOptions.SHARDS);
        return asked == 0 ? plan.parallelism() : asked;
    }
}
