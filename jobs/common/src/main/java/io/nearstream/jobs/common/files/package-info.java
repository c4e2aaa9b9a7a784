/**
 * Vector files as bounded sources of Flink. Start at {@link
 * io.nearstream.jobs.common.files.VectorFileFormat}.
 */
package io.nearstream.jobs.common.files;
