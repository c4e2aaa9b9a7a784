package io.nearstream.operators;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.operators.join.JoinChangeSerializer;
import java.util.Optional;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The sides of a join, checked.
 *
 * @param changes of both sides
 * @param refused records that are none of the join
 */
record JoinInputs(DataStream<JoinChange> changes, DataStream<JoinRecord> refused) {
    static JoinInputs of(
            DataStream<JoinRecord> left,
            Optional<DataStream<JoinRecord>> right,
            JoinRule rule,
            String name) {
        SingleOutputStreamOperator<JoinChange> first =
                checked(left, rule, JoinRule.LEFT, name + ".left.v1");
        if (right.isEmpty()) {
            return new JoinInputs(first, first.getSideOutput(ToChanges.REFUSED));
        }
        SingleOutputStreamOperator<JoinChange> second =
                checked(right.get(), rule, JoinRule.RIGHT, name + ".right.v1");
        return new JoinInputs(
                first.union(second),
                first.getSideOutput(ToChanges.REFUSED)
                        .union(second.getSideOutput(ToChanges.REFUSED)));
    }

    private static SingleOutputStreamOperator<JoinChange> checked(
            DataStream<JoinRecord> records, JoinRule rule, byte side, String uid) {
        return records.process(new ToChanges(rule, side), JoinChangeSerializer.TYPE)
                .uid(uid)
                .name("Check records");
    }
}
