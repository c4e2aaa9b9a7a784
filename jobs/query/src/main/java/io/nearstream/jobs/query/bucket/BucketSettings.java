package io.nearstream.jobs.query.bucket;

import java.io.Serializable;

/**
 * How a bucket subtask keeps its buckets.
 *
 * @param job name of the query job
 * @param blockBytes bytes of a packed block
 * @param tailBytes heap for rows that are not in RocksDB yet
 * @param cacheBytes heap for the rows of buckets that were read last
 * @param answerCacheBytes heap for shares of answers to probes that are asked again; 0 for none
 * @param filterBucketsMax buckets that a filter may make a query vector visit, at most
 * @param movesPerSecond entries that older buckets give up in a second, at most
 * @param pendingMax probes that wait for query time, at most
 * @param deadlineMaxMs longest deadline of a probe: later than that nobody waits for its answer
 * @param directoryPollMs how often it looks for news of collections
 */
public record BucketSettings(
        String job,
        int blockBytes,
        int tailBytes,
        long cacheBytes,
        long answerCacheBytes,
        int filterBucketsMax,
        int movesPerSecond,
        int pendingMax,
        long deadlineMaxMs,
        long directoryPollMs)
        implements Serializable {}
