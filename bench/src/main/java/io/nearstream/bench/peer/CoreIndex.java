package io.nearstream.bench.peer;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.GenerationTrainer;
import io.nearstream.core.similarity.CoarseCode;
import io.nearstream.core.similarity.VectorSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Learned cells in memory: the first vectors wait in one flat list, train the codebook and move, as
 * they do in the jobs; later ones go to their cells at once. Training is part of adding, on the
 * thread that adds and, where the JVM's common pool has threads, on those.
 */
final class CoreIndex implements VectorIndex {
    private static final long SEED = 1;

    private final VectorSpace space;
    private final CollectionSettings settings;
    private final List<byte[]> waiting = new ArrayList<>();
    private final int[] waitingRows;
    private Generation generation;
    private Block[] cells;
    private int rows;

    CoreIndex(VectorSpace space) {
        this(
                CollectionSettings.learned(
                        "core", SEED, space.dimensions(), space.metric(), space.encoding()));
    }

    CoreIndex(CollectionSettings settings) {
        this.space = VectorSpace.of(settings);
        this.settings = settings;
        this.waitingRows = new int[settings.trainAfter()];
        this.generation = Generation.initial(settings);
        this.cells = new Block[0];
    }

    @Override
    public void add(int row, byte[] vector) {
        rows = Math.max(rows, row + 1);
        if (generation.number() > 0) {
            place(row, vector);
            return;
        }
        waitingRows[waiting.size()] = row;
        waiting.add(vector);
        if (waiting.size() == settings.trainAfter()) {
            train();
        }
    }

    private void train() {
        generation = GenerationTrainer.train(settings, waiting);
        cells = new Block[generation.bucketCount()];
        Arrays.setAll(cells, cell -> new Block(space));
        for (int i = 0; i < waiting.size(); i++) {
            place(waitingRows[i], waiting.get(i));
        }
        waiting.clear();
    }

    private void place(int row, byte[] vector) {
        for (int cell : generation.place("", vector)) {
            cells[cell].add(row, vector);
        }
    }

    /** A collection that is too small to train on is one cell. */
    @Override
    public void refresh() {
        if (generation.number() == 0) {
            Block flat = new Block(space);
            for (int i = 0; i < waiting.size(); i++) {
                flat.add(waitingRows[i], waiting.get(i));
            }
            cells = new Block[] {flat};
        }
    }

    @Override
    public Searcher searcher() {
        Block[] all = cells;
        Generation routing = generation;
        int[] seen = new int[rows];
        int[] mark = new int[1];
        return (vector, k, effort) -> {
            CoarseCode code = routing.coarseCode().orElse(null);
            Block.Question question = new Block.Question(space, code, vector, k, seen, ++mark[0]);
            int[] visited = routing.number() == 0 ? new int[1] : routing.probe(vector, effort);
            for (int cell : visited) {
                all[cell].offer(question);
            }
            return question.rows();
        };
    }

    @Override
    public long bytes() {
        return Arrays.stream(cells).mapToLong(Block::bytes).sum() + generation.toBytes().length;
    }

    @Override
    public void close() {
        cells = new Block[0];
        waiting.clear();
    }
}
