/**
 * The topics, their settings and their creation. Start at {@link
 * io.nearstream.jobs.common.topics.TopicCatalog}, which reads {@code kafka/topics.yaml}; nobody
 * else writes down a topic's name or settings.
 */
package io.nearstream.jobs.common.topics;
