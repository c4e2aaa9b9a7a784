/**
 * The load of a run: writers, key-value clients and probers over the public client, at a rate that
 * faults do not change. Start at {@link io.nearstream.chaos.load.Load}.
 */
package io.nearstream.chaos.load;
