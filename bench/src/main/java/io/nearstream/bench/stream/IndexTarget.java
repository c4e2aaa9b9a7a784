package io.nearstream.bench.stream;

import io.nearstream.bench.ProcessFigures;
import io.nearstream.bench.peer.ChangingIndex;
import io.nearstream.bench.peer.VectorIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * An index in this process: one thread writes, all processors search.
 *
 * @param effort the index's search parameter
 */
record IndexTarget(ChangingIndex index, StreamInput input, int k, int effort)
        implements Replay.Target {
    @Override
    public void put(int tag, int row) throws IOException {
        index.add(tag, input.rows().get(row).clone()); // the index may keep and change it
    }

    @Override
    public void remove(int tag) throws IOException {
        index.remove(tag);
    }

    @Override
    public void show() throws IOException {
        index.refresh();
    }

    @Override
    public int[][] ask() throws IOException, InterruptedException {
        int threads = ProcessFigures.processors();
        int[][] tags = new int[input.queries().size()][];
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Void>> shares = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int first = thread;
                shares.add(
                        () -> {
                            askEach(first, threads, tags);
                            return null;
                        });
            }
            for (Future<Void> share : pool.invokeAll(shares)) {
                share.get();
            }
            return tags;
        } catch (ExecutionException failed) {
            throw new IOException("A search failed: " + failed.getCause(), failed.getCause());
        } finally {
            pool.shutdown();
            pool.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private void askEach(int first, int step, int[][] tags) throws IOException {
        VectorIndex.Searcher searcher = index.searcher();
        for (int query : IntStream.range(0, tags.length).filter(i -> i % step == first).toArray()) {
            tags[query] = searcher.search(input.queries().get(query), k, effort);
        }
    }
}
