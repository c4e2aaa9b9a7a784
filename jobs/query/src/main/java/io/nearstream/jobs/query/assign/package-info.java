/**
 * The one place that decides in which buckets a record lives. Start at {@link
 * io.nearstream.jobs.query.assign.PlacementRules}, then {@link
 * io.nearstream.jobs.query.assign.AssignOperator}.
 */
package io.nearstream.jobs.query.assign;
