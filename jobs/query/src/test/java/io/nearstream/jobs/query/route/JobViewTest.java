package io.nearstream.jobs.query.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.testing.Samples;
import org.junit.jupiter.api.Test;

class JobViewTest {
    private static final String JOB = "query";

    private final TestingDirectory directory =
            new TestingDirectory()
                    .create(Samples.PLACES, 10)
                    .publish(Samples.PLACES, Samples.PLACES_1, 20);
    private final JobView view = new JobView(directory, JOB);

    private int settled() {
        CollectionState places = directory.byUid(Samples.PLACES.uid()).orElseThrow();
        assertThat(view.correction(places)).isEqualTo(1);
        return view.settled(places);
    }

    @Test
    void directoryIsAskedOnlyAfterNews() {
        for (int probe = 0; probe < 10; probe++) {
            assertThat(settled()).isZero();
        }
        assertThat(directory.settledLookups()).isEqualTo(1);
        directory.settle(Samples.PLACES, JOB, 1, 0, 1);
        assertThat(settled()).isEqualTo(1);
        assertThat(settled()).isEqualTo(1);
        assertThat(directory.settledLookups()).isEqualTo(2);
    }

    /** A probe may still be routed by the generation before the one that has settled. */
    @Test
    void nothingHasSettledBeyondTheGenerationThatIsRoutedBy() {
        directory.settle(Samples.PLACES, JOB, 7, 0, 1);
        assertThat(settled()).isEqualTo(1);
        assertThat(view.settled(directory.byUid(Samples.PLACES.uid()).orElseThrow())).isEqualTo(1);
    }
}
