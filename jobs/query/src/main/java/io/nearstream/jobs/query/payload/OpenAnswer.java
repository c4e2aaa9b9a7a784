package io.nearstream.jobs.query.payload;

import io.nearstream.jobs.query.message.ProbeKey;

/**
 * An answer that waits for payloads.
 *
 * @param probe the probe
 * @param result the answer so far, a ProbeResult in Avro
 * @param resultPartition where it goes; -1 for by id
 * @param payloads how many it waits for, at least 1
 * @param deadlineAt wall clock at which it goes out as it is, milliseconds since 1970
 */
public record OpenAnswer(
        ProbeKey probe, byte[] result, int resultPartition, int payloads, long deadlineAt) {}
