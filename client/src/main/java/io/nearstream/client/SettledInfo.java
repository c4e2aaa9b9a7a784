package io.nearstream.client;

/**
 * How far a query job has moved a collection's vectors to a generation.
 *
 * @param job the query job
 * @param generation the generation that they moved to
 * @param subtasks bucket subtasks that hold nothing older
 * @param of bucket subtasks of the job
 */
public record SettledInfo(String job, int generation, int subtasks, int of) {
    /** Whether every subtask has moved. */
    public boolean complete() {
        return subtasks >= of;
    }
}
