/**
 * The whole product in one JVM: a broker, a Flink cluster and both jobs. Start at {@link
 * io.nearstream.embedded.EmbeddedNearstream}.
 */
package io.nearstream.embedded;
