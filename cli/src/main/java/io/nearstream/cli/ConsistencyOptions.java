package io.nearstream.cli;

import io.nearstream.client.ProbeRequest;
import javax.annotation.Nullable;
import picocli.CommandLine.Option;

/** Which writes an answer includes for certain; at most one of these. */
final class ConsistencyOptions {
    @Nullable
    @Option(
            names = "--at-least",
            paramLabel = "MILLIS",
            description = "The answer includes every write up to this append time.")
    private Long atLeast;

    @Option(
            names = "--strong",
            description = "The answer includes every write acknowledged before now.")
    private boolean strong;

    /** The request with what was chosen. */
    ProbeRequest apply(ProbeRequest request) {
        if (strong) {
            return request.strong();
        }
        return atLeast == null ? request : request.atLeast(atLeast);
    }
}
