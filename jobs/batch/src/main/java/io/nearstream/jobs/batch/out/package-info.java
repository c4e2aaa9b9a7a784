/**
 * Where results go: files that get their names when they are complete. Start at {@link
 * io.nearstream.jobs.batch.out.OutputFiles}.
 */
package io.nearstream.jobs.batch.out;
