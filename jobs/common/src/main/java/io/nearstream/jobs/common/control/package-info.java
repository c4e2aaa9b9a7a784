/**
 * What the jobs know of collections: settings, generations of buckets, and which bucket subtasks
 * have settled, all read from {@code nearstream.collections.v1}. Start at {@link
 * io.nearstream.jobs.common.control.CollectionDirectory}.
 */
package io.nearstream.jobs.common.control;
