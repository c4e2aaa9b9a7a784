/**
 * Seeded property tests: {@link io.nearstream.testing.Property} prints the seed of a failure and
 * replays it.
 */
package io.nearstream.testing;
