package io.nearstream.operators.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import javax.annotation.Nullable;
import org.junit.jupiter.api.Test;

/** A portion is as long a beginning of what is due as fits, whatever order it is offered in. */
class PortionTest {
    /** Ordered by time and place; the size follows from the number. */
    private record Message(long time, int place, int number) {
        int bytes() {
            return number % 7 == 0 ? 40 : 1 + number % 3;
        }
    }

    private static final Comparator<Message> ORDER =
            Comparator.comparingLong(Message::time).thenComparingInt(Message::place);

    private static final Waiting.Kind<Message> KIND =
            new Waiting.Kind<>(Message::time, ORDER, Message::bytes);

    @Test
    void itIsTheLongestBeginningThatFits() {
        Property.holds(2_000, PortionTest::offer);
    }

    private static void offer(SplittableRandom random) {
        List<Message> all = new ArrayList<>();
        for (int i = random.nextInt(40); i > 0; i--) {
            all.add(new Message(random.nextInt(8), random.nextInt(3), random.nextInt(100)));
        }
        Collections.shuffle(all, new Random(random.nextLong()));
        long bytesMax = random.nextInt(120);
        long watermark = random.nextInt(9);
        Message behind =
                random.nextBoolean()
                        ? null
                        : new Message(random.nextInt(8), random.nextInt(3), random.nextInt(100));
        Portion<Message> portion = new Portion<>(KIND, bytesMax, watermark, behind);
        all.forEach(portion::offer);

        assertThat(portion.inOrder())
                .isSortedAccordingTo(ORDER)
                .containsExactlyInAnyOrderElementsOf(expected(all, bytesMax, watermark, behind));
    }

    /** Whole places in their order, at least one. */
    private static List<Message> expected(
            List<Message> all, long bytesMax, long watermark, @Nullable Message behind) {
        List<Message> due =
                all.stream()
                        .filter(message -> message.time() <= watermark)
                        .filter(message -> behind == null || ORDER.compare(message, behind) > 0)
                        .sorted(ORDER)
                        .toList();
        int end = 0;
        long bytes = 0;
        while (end < due.size()) {
            Message next = due.get(end);
            List<Message> equal =
                    due.stream().filter(message -> ORDER.compare(message, next) == 0).toList();
            bytes += equal.stream().mapToLong(Message::bytes).sum();
            if (end > 0 && bytes > bytesMax) {
                break;
            }
            end += equal.size();
        }
        return due.subList(0, end);
    }
}
