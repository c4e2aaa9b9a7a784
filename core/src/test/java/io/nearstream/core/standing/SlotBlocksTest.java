package io.nearstream.core.standing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Slots are given once, and side by side to what is nearest to the same cell. */
class SlotBlocksTest {
    @Test
    void ofABlockAllAreOfACellAlsoAfterARestore() {
        Property.holds(
                200,
                random -> {
                    int cells = 1 + random.nextInt(6);
                    SlotBlocks blocks = new SlotBlocks();
                    TreeMap<Integer, Integer> taken = new TreeMap<>();
                    int most = 0;
                    for (int step = 0; step < 400; step++) {
                        int choice = random.nextInt(20);
                        if (choice < (step < 200 ? 12 : 6)) {
                            int cell = random.nextInt(cells);
                            assertThat(taken.put(blocks.take(cell), cell)).isNull();
                            most = Math.max(most, taken.size());
                        } else if (choice < 19 && !taken.isEmpty()) {
                            List<Integer> slots = new ArrayList<>(taken.keySet());
                            int slot = slots.get(random.nextInt(slots.size()));
                            taken.remove(slot);
                            blocks.give(slot, other -> !taken.containsKey(other));
                        } else {
                            int end = taken.isEmpty() ? 0 : taken.lastKey() + 1;
                            blocks = new SlotBlocks();
                            blocks.restore(end, slot -> taken.getOrDefault(slot, -1));
                        }
                        assertThat(blocks.taken()).isEqualTo(taken.size());
                        TreeMap<Integer, Integer> owners = new TreeMap<>();
                        taken.forEach(
                                (slot, cell) ->
                                        assertThat(
                                                        owners.putIfAbsent(
                                                                slot / SlotBlocks.SLOTS, cell))
                                                .isIn(null, cell));
                    }
                    int end = taken.isEmpty() ? 0 : taken.lastKey() + 1;
                    assertThat(end).isLessThanOrEqualTo(SlotBlocks.SLOTS * (most + 1));
                });
    }
}
