package io.nearstream.core.standing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A bag of slots has what a set has. */
class SlotBagTest {
    @Test
    void itHasWhatASetHas() {
        Property.holds(
                100,
                random -> {
                    SlotBag bag = new SlotBag();
                    Set<Integer> set = new HashSet<>();
                    for (int i = 0; i < 300; i++) {
                        int slot = random.nextInt(60);
                        if (set.add(slot)) {
                            bag.add(slot);
                        } else {
                            set.remove(slot);
                            bag.remove(slot);
                        }
                        List<Integer> slots = new ArrayList<>();
                        for (int place = 0; place < bag.size(); place++) {
                            slots.add(bag.get(place));
                        }
                        assertThat(slots).containsExactlyInAnyOrderElementsOf(set);
                    }
                });
    }

    @Test
    void whatIsThereTwiceOrNotAtAllIsAnError() {
        SlotBag bag = new SlotBag();
        bag.add(3);
        assertThatThrownBy(() -> bag.add(3)).hasMessage("The bag has 3 already.");
        assertThatThrownBy(() -> bag.remove(2)).hasMessage("A bag of 1 has no 2.");
        assertThatThrownBy(() -> bag.remove(99)).hasMessage("A bag of 1 has no 99.");
    }
}
