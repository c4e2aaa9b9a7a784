/**
 * What tests of the whole product share. Start at {@link
 * io.nearstream.embedded.testing.RandomWrites}: a load, and what must be found of it.
 */
package io.nearstream.embedded.testing;
