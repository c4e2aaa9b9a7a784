package io.nearstream.bench.peer;

import java.io.IOException;

/** What searches see, and since when. One thread refreshes; any may look. */
final class Shown {
    private final VectorIndex index;
    private final PeerServer.Work afterRefresh;
    private volatile int number;

    Shown(VectorIndex index, PeerServer.Work afterRefresh) {
        this.index = index;
        this.afterRefresh = afterRefresh;
    }

    /** Refreshes; who compares numbers then takes a new searcher. */
    void refresh() throws IOException {
        index.refresh();
        number++;
        afterRefresh.run();
    }

    /** The same, where little was added since. */
    void refreshLittle() throws IOException {
        index.refreshLittle();
        number++;
    }

    int number() {
        return number;
    }

    VectorIndex.Searcher searcher() throws IOException {
        return index.searcher();
    }
}
