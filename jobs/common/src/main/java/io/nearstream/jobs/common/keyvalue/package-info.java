/**
 * How the state of keys is kept, named and written, for the ingest job that keeps it and for every
 * reader. Start at {@link io.nearstream.jobs.common.keyvalue.KeyValueState}.
 */
package io.nearstream.jobs.common.keyvalue;
