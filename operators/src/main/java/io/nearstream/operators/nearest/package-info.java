/**
 * The operators that find the nearest neighbours of the elements of a stream; the index comes
 * through the first operator of a similarity join. Start at {@link
 * io.nearstream.operators.nearest.NearestTopology}.
 */
package io.nearstream.operators.nearest;
