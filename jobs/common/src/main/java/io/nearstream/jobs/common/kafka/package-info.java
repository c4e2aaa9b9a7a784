/**
 * Sources and sinks as both jobs use them. Start at {@link
 * io.nearstream.jobs.common.kafka.KafkaSources}.
 */
package io.nearstream.jobs.common.kafka;
