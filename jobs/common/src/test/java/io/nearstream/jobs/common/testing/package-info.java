/** Doubles and checks that the tests of several modules share. */
package io.nearstream.jobs.common.testing;
