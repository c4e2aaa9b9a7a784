/**
 * What the operators of the query job tell each other. Plain records with their serializers. Start
 * at {@link io.nearstream.jobs.query.message.ProbeMessage}.
 */
package io.nearstream.jobs.query.message;
