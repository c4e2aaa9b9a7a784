package io.nearstream.bench;

/**
 * What became of probes, and what their answers cost.
 *
 * @param complete probes answered in full
 * @param completeVectors their query vectors
 * @param partial probes answered in part
 * @param refused probes refused
 * @param timedOut probes without an answer
 * @param buckets visited, over all answers
 * @param messages sent to bucket subtasks
 * @param scored distinct stored vectors compared, per query vector
 */
public record AnswerCounts(
        long complete,
        long completeVectors,
        long partial,
        long refused,
        long timedOut,
        long buckets,
        long messages,
        long scored) {

    /** Probes that got some answer from the index. */
    public long answered() {
        return Math.max(1, complete + partial);
    }
}
