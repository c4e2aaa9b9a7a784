package io.nearstream.core.standing;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Slots of queries, by block and in order: which of a block's are meant is a mask. Queries that lie
 * side by side are looked at together, and a block is one entry however many of its slots are
 * meant. Belongs to one thread.
 */
final class Visitors {
    private static final int CAPACITY_FIRST = 4;

    private int[] blocks = new int[CAPACITY_FIRST];
    private int[] masks = new int[CAPACITY_FIRST];
    private int blockCount;
    private int size;

    private static int bit(int slot) {
        return 1 << slot % SlotBlocks.SLOTS;
    }

    /** Puts in a slot that is not there. */
    void add(int slot) {
        int at = Arrays.binarySearch(blocks, 0, blockCount, slot / SlotBlocks.SLOTS);
        if (at < 0) {
            at = -1 - at;
            insert(at, slot / SlotBlocks.SLOTS);
        }
        if ((masks[at] & bit(slot)) != 0) {
            throw new IllegalStateException("Slot %d is there already.".formatted(slot));
        }
        masks[at] |= bit(slot);
        size++;
    }

    private void insert(int at, int block) {
        if (blockCount == blocks.length) {
            int capacity = blockCount + Math.max(CAPACITY_FIRST, blockCount / 2);
            blocks = Arrays.copyOf(blocks, capacity);
            masks = Arrays.copyOf(masks, capacity);
        }
        System.arraycopy(blocks, at, blocks, at + 1, blockCount - at);
        System.arraycopy(masks, at, masks, at + 1, blockCount - at);
        blocks[at] = block;
        masks[at] = 0;
        blockCount++;
    }

    /** Takes out a slot that is there. */
    void remove(int slot) {
        int at = Arrays.binarySearch(blocks, 0, blockCount, slot / SlotBlocks.SLOTS);
        if (at < 0 || (masks[at] & bit(slot)) == 0) {
            throw new IllegalStateException("Of %d slots none is %d.".formatted(size, slot));
        }
        masks[at] &= ~bit(slot);
        size--;
        if (masks[at] == 0) {
            blockCount--;
            System.arraycopy(blocks, at + 1, blocks, at, blockCount - at);
            System.arraycopy(masks, at + 1, masks, at, blockCount - at);
        }
    }

    /** Blocks of which any slot is meant. */
    int blocks() {
        return blockCount;
    }

    /** The number of a block, these in ascending order. */
    int block(int i) {
        return blocks[i];
    }

    /** The numbers of all blocks, and more behind them; not to be changed. */
    int[] blockNumbers() {
        return blocks;
    }

    /**
     * Which slots of each block are meant, the lowest bit for the first.
     *
     * @param room is taken for them if it is long enough
     * @return a mask for each block, and more behind them
     */
    int[] masks(int[] room) {
        int[] copy = room.length >= blockCount ? room : new int[masks.length];
        System.arraycopy(masks, 0, copy, 0, blockCount);
        return copy;
    }

    /**
     * Leaves out those that are not meant.
     *
     * @param of a mask for each block
     */
    void keep(int[] of) {
        for (int i = 0; i < blockCount; i++) {
            of[i] &= masks[i];
        }
    }

    /**
     * Leaves out those that a test refuses.
     *
     * @param of a mask for each block
     */
    void keep(int[] of, IntPredicate test) {
        for (int i = 0; i < blockCount; i++) {
            int first = blocks[i] * SlotBlocks.SLOTS;
            for (int left = of[i]; left != 0; left &= left - 1) {
                if (!test.test(first + Integer.numberOfTrailingZeros(left))) {
                    of[i] ^= left & -left;
                }
            }
        }
    }

    /** Slots. */
    int size() {
        return size;
    }
}
