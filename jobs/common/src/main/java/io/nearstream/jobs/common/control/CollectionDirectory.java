package io.nearstream.jobs.common.control;

import java.io.Serializable;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * The collections topic, followed. It is read beside the dataflow and not through it: a task that
 * meets a write of a collection it does not know yet waits here, which holds back its inputs and
 * loses nothing, and nothing of the topic needs to lie in a checkpoint. One handle belongs to one
 * task; handles of a JVM share what they read.
 */
public interface CollectionDirectory extends AutoCloseable {
    /**
     * The collection of this name as the topic stood at an append time. Blocks until the topic has
     * been read up to that time.
     *
     * @return empty where there was none, or it was dropped
     */
    Optional<CollectionState> at(String name, long appendTime) throws InterruptedException;

    /**
     * The collection of this name as far as the topic has been read, which is to within the
     * milliseconds that a record takes to arrive. Never blocks.
     *
     * @return empty where there is none, or it was dropped
     */
    Optional<CollectionState> latest(String name);

    /**
     * The incarnation with this uid, dropped ones included. Where it is not known, the topic is
     * first read to its present end.
     */
    Optional<CollectionState> byUid(long uid) throws InterruptedException;

    /**
     * The incarnation once it has this generation or a newer one. Where it has not, the topic is
     * first read to its present end.
     *
     * @return what is known then, even where the generation is still missing
     */
    Optional<CollectionState> withGeneration(long uid, int generation) throws InterruptedException;

    /**
     * The incarnation once it has this generation or a newer one, or is dropped, but waits no
     * longer than told.
     *
     * @return what is known then, even where the generation is still missing
     */
    Optional<CollectionState> awaitGeneration(long uid, int generation, Duration atMost)
            throws InterruptedException;

    /** Every incarnation known now. */
    Collection<CollectionState> all();

    /** Grows whenever anything changes: cheap to compare. */
    long revision();

    /**
     * The newest generation of which every bucket subtask of the query job has announced, since
     * this handle was opened, that it holds nothing of generations before it.
     *
     * @return 0 where there is none
     */
    int settledGeneration(long uid, String job);

    /**
     * Factor on the calibrated number of buckets of probes with a target recall, as the job's gauge
     * of recall last said; 1 where it has said nothing.
     */
    double recallCorrection(long uid, String job, int generation);

    @Override
    void close();

    /** Opens a handle inside a task. */
    @FunctionalInterface
    interface Provider extends Serializable {
        /** Opens a handle; the topic has been read to its present end. */
        CollectionDirectory open() throws InterruptedException;
    }
}
