/** Samples and counters for the tests of the query job. */
package io.nearstream.jobs.query.testing;
