/**
 * The operators of a similarity join, on records with versions of their own: for those who have
 * such. Start at {@link io.nearstream.operators.join.JoinTopology}.
 */
package io.nearstream.operators.join;
