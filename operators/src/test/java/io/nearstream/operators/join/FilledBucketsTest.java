package io.nearstream.operators.join;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is not known of a bucket is looked up. */
class FilledBucketsTest {
    private static final int LARGEST = (32 << 20) - 1;

    @Test
    void fromNothingAllAreEmptyUntilTheyAreFilled() {
        FilledBuckets buckets = new FilledBuckets(false);
        assertThat(buckets.mayBeFilled(LARGEST)).isFalse();
        buckets.is(LARGEST, true);
        assertThat(buckets.mayBeFilled(LARGEST)).isTrue();
        assertThat(buckets.mayBeFilled(0)).isFalse();
        buckets.is(LARGEST, false);
        assertThat(buckets.mayBeFilled(LARGEST)).isFalse();
    }

    @Test
    void ofARestoredStateAllMayBeFilledUntilTheyWereLookedUp() {
        FilledBuckets buckets = new FilledBuckets(true);
        assertThat(buckets.mayBeFilled(7)).isTrue();
        buckets.is(7, false);
        assertThat(buckets.mayBeFilled(7)).isFalse();
        buckets.is(7, true);
        assertThat(buckets.mayBeFilled(7)).isTrue();
        assertThat(buckets.mayBeFilled(8)).isTrue();
    }
}
