/**
 * From a probe to the subtasks that own its buckets. Start at {@link
 * io.nearstream.jobs.query.route.RouteOperator}.
 */
package io.nearstream.jobs.query.route;
