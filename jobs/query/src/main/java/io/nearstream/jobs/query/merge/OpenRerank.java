package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.query.message.PartAnswer;
import io.nearstream.jobs.query.message.ProbeHeader;
import java.util.List;

/**
 * An answer of which some candidates are to be scored again.
 *
 * @param header of the probe
 * @param result the answer without its hits, a ProbeResult in Avro
 * @param candidates of each query vector, nearest first by what is known
 * @param asked how many of them the record store was asked for, at least 1
 * @param cut ordinals of the query vectors that had more candidates than were kept
 */
public record OpenRerank(
        ProbeHeader header, byte[] result, List<PartAnswer> candidates, int asked, int[] cut) {}
