package io.nearstream.cluster;

import java.io.IOException;

/** What is done once brokers, topics and Flink are there, before jobs are submitted. */
@FunctionalInterface
public interface ClusterPreparation {
    /**
     * Does it.
     *
     * @param bootstrap of the brokers
     * @return the cluster to go on with: its jobs may have other options now
     */
    ClusterSpec with(String bootstrap) throws IOException, InterruptedException;
}
