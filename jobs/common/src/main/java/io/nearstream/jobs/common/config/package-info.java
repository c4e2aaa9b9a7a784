/** The options of the jobs. Start at {@link io.nearstream.jobs.common.config.NearstreamOptions}. */
package io.nearstream.jobs.common.config;
