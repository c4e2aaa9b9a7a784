/**
 * How records travel between operators and lie in state: hand-written serializers with a format
 * number that outlives releases. Start at {@link io.nearstream.jobs.common.state.RecordSerializer}.
 */
package io.nearstream.jobs.common.state;
