package io.nearstream.operators;

import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * What a search for nearest neighbours gives.
 *
 * @param <T> the elements
 * @param output every element that was in time, once, with its neighbours, at its own timestamp
 * @param late elements behind the watermark of their stream: they are not answered
 * @param refused elements whose vector is none of the space: of another length, not finite, zero
 *     under COSINE, no set under JACCARD; they are not answered
 * @param lateRecords records of the index behind its watermark: they take no part
 * @param refusedRecords records of the index whose vector is none of the space: they take no part
 */
public record NearestResult<T>(
        SingleOutputStreamOperator<Neighbours<T>> output,
        DataStream<T> late,
        DataStream<T> refused,
        DataStream<JoinRecord> lateRecords,
        DataStream<JoinRecord> refusedRecords) {}
