/**
 * From what was found to the record on the results topic. Start at {@link
 * io.nearstream.jobs.query.answer.Answers}.
 */
package io.nearstream.jobs.query.answer;
