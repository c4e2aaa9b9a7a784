package io.nearstream.bench.peer;

import io.nearstream.core.similarity.VectorSpace;
import java.util.ArrayList;
import java.util.List;

/** Keeps vectors in blocks and compares with all of them. Effort means nothing to it. */
final class ScanIndex implements VectorIndex {
    /** A block doubles by copying; many keep that cheap. */
    private static final int BLOCK_ROWS = 4_096;

    private final VectorSpace space;
    private final List<Block> blocks = new ArrayList<>();
    private volatile View shown = new View(List.of(), 0);
    private int rows;

    /** What searches see: nothing is added to its blocks. */
    private record View(List<Block> blocks, int rows) {}

    ScanIndex(VectorSpace space) {
        this.space = space;
    }

    @Override
    public void add(int row, byte[] vector) {
        if (blocks.isEmpty() || blocks.get(blocks.size() - 1).size() == BLOCK_ROWS) {
            blocks.add(new Block(space));
        }
        blocks.get(blocks.size() - 1).add(row, vector);
        rows = Math.max(rows, row + 1);
    }

    @Override
    public void refresh() {
        List<Block> all = new ArrayList<>(blocks);
        int last = all.size() - 1;
        if (last >= 0 && all.get(last).size() < BLOCK_ROWS) {
            all.set(last, all.get(last).copy());
        }
        shown = new View(List.copyOf(all), rows);
    }

    @Override
    public Searcher searcher() {
        View all = shown;
        int[] seen = new int[all.rows];
        int[] mark = new int[1];
        return (vector, k, effort) -> {
            Block.Question question = new Block.Question(space, null, vector, k, seen, ++mark[0]);
            all.blocks.forEach(block -> block.offer(question));
            return question.rows();
        };
    }

    @Override
    public long bytes() {
        return blocks.stream().mapToLong(Block::bytes).sum();
    }

    @Override
    public void close() {
        blocks.clear();
    }
}
