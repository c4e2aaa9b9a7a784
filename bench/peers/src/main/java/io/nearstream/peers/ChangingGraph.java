package io.nearstream.peers;

import io.nearstream.bench.peer.ChangingIndex;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A graph of nodes that are never used twice, under rows that are: a replaced vector is a deleted
 * node and a new one.
 */
final class ChangingGraph implements ChangingIndex {
    private static final int CAPACITY_FIRST = 1_024;

    private final JVectorIndex graph;
    private final Map<Integer, Integer> nodeOf = new HashMap<>();
    private int[] rowOf = new int[CAPACITY_FIRST];
    private int nodes;

    ChangingGraph(JVectorIndex graph) {
        this.graph = graph;
    }

    @Override
    public void add(int row, byte[] vector) {
        remove(row);
        if (nodes == rowOf.length) {
            rowOf = Arrays.copyOf(rowOf, 2 * nodes);
        }
        rowOf[nodes] = row;
        nodeOf.put(row, nodes);
        graph.add(nodes++, vector);
    }

    @Override
    public void remove(int row) {
        Integer node = nodeOf.remove(row);
        if (node != null) {
            graph.remove(node);
        }
    }

    @Override
    public void refresh() {
        graph.refresh();
    }

    @Override
    public Searcher searcher() {
        if (nodeOf.isEmpty()) {
            return (query, k, effort) -> new int[0];
        }
        Searcher searcher = graph.searcher();
        int[] rows = rowOf;
        return (query, k, effort) ->
                Arrays.stream(searcher.search(query, k, effort)).map(node -> rows[node]).toArray();
    }

    @Override
    public long bytes() {
        return graph.bytes();
    }

    @Override
    public void close() throws IOException {
        graph.close();
    }
}
