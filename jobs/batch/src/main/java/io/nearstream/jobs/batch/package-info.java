/**
 * Bounded jobs from files to files, inside the JVM that asks for them. Start at {@link
 * io.nearstream.jobs.batch.BatchSearch}.
 */
package io.nearstream.jobs.batch;
