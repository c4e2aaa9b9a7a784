package io.nearstream.jobs.query.rerank;

import io.nearstream.jobs.query.message.ProbeKey;
import java.util.List;

/**
 * What the record store says of some candidates of a probe.
 *
 * @param probe the probe
 * @param scored each candidate once
 */
public record RecordPart(ProbeKey probe, List<Scored> scored) {}
