package io.nearstream.operators;

import java.util.Optional;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * What a join gives.
 *
 * @param <T> of the main output
 * @param output the main output
 * @param dropped records that were dropped as the later ones of a pair; empty of a join that drops
 *     none
 * @param late records behind the watermark: they take no part
 * @param refused records whose vector is none of the join: of another length, not finite, zero
 *     under COSINE, no set under JACCARD; they take no part
 */
public record JoinResult<T>(
        SingleOutputStreamOperator<T> output,
        Optional<DataStream<JoinRecord>> dropped,
        DataStream<JoinRecord> late,
        DataStream<JoinRecord> refused) {}
