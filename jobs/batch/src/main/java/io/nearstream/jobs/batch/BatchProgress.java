package io.nearstream.jobs.batch;

import java.util.OptionalLong;

/** Is told how far a run is; for people who wait. Called by the thread that runs it. */
public interface BatchProgress {
    /** Tells nobody. */
    BatchProgress NONE =
            new BatchProgress() {
                @Override
                public void stage(String name, OptionalLong total) {}

                @Override
                public void to(long done) {}
            };

    /**
     * A part of the work begins, and the one before is over.
     *
     * @param name what is counted
     * @param total how many there will be, where that is known
     */
    void stage(String name, OptionalLong total);

    /** So many of the current part are done. */
    void to(long done);
}
