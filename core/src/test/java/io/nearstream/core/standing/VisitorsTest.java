package io.nearstream.core.standing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Visitors are a set of slots in order. */
class VisitorsTest {
    @Test
    void whatIsPutInIsThereInOrderUntilItIsTakenOut() {
        Property.holds(
                200,
                random -> {
                    Visitors visitors = new Visitors();
                    TreeSet<Integer> model = new TreeSet<>();
                    int slots = 1 + random.nextInt(400);
                    for (int step = 0; step < 200; step++) {
                        int slot = random.nextInt(slots);
                        if (model.add(slot)) {
                            visitors.add(slot);
                            assertThatThrownBy(() -> visitors.add(slot))
                                    .isInstanceOf(IllegalStateException.class);
                        } else {
                            model.remove(slot);
                            visitors.remove(slot);
                            assertThatThrownBy(() -> visitors.remove(slot))
                                    .isInstanceOf(IllegalStateException.class);
                        }
                        assertThat(visitors.size()).isEqualTo(model.size());
                        int[] masks = visitors.masks(new int[random.nextInt(20)]);
                        assertThat(slots(visitors, masks)).containsExactlyElementsOf(model);
                        visitors.keep(masks, odd -> odd % 2 == 1);
                        assertThat(slots(visitors, masks))
                                .containsExactlyElementsOf(
                                        model.stream().filter(each -> each % 2 == 1).toList());
                    }
                });
    }

    private static List<Integer> slots(Visitors visitors, int[] masks) {
        List<Integer> slots = new ArrayList<>();
        int[] all = visitors.masks(new int[0]);
        for (int i = 0; i < visitors.blocks(); i++) {
            assertThat(all[i]).isNotZero();
            assertThat(visitors.blockNumbers()[i]).isEqualTo(visitors.block(i));
            for (int bit = 0; bit < SlotBlocks.SLOTS; bit++) {
                if ((masks[i] >>> bit & 1) != 0) {
                    slots.add(visitors.block(i) * SlotBlocks.SLOTS + bit);
                }
            }
        }
        return slots;
    }
}
