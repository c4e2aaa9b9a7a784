/**
 * The join job: pairs of near records of one collection or two, from index changes to matches.
 * Start at {@link io.nearstream.jobs.join.MatchTopology}.
 */
package io.nearstream.jobs.join;
