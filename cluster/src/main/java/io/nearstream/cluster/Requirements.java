package io.nearstream.cluster;

import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobResourceRequirements;
import org.apache.flink.runtime.jobgraph.JobVertex;

/** How many subtasks the operators of a job may have. Stateless. */
final class Requirements {
    private Requirements() {}

    /** From one on; those that never have more keep theirs. */
    static JobResourceRequirements of(JobGraph graph, int most) {
        JobResourceRequirements.Builder all = JobResourceRequirements.newBuilder();
        for (JobVertex vertex : graph.getVertices()) {
            all.setParallelismForJobVertex(
                    vertex.getID(), 1, Math.min(most, vertex.getParallelism()));
        }
        return all.build();
    }
}
