package io.nearstream.cli;

import io.nearstream.core.model.RefusedException;
import io.nearstream.core.standing.QueryName;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whose standing queries a command is about. */
final class SubscriberOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--subscriber",
            paramLabel = "S",
            defaultValue = "me",
            description =
                    "Who is told: 1 to 128 characters of [A-Za-z0-9._-]. Default: ${DEFAULT-VALUE}.")
    private String subscriber;

    /** The subscriber, checked. */
    String subscriber() {
        return name("any").subscriber();
    }

    /** The name of one of the subscriber's queries, checked. */
    QueryName name(String id) {
        QueryName name = new QueryName(subscriber, id);
        try {
            name.check();
        } catch (RefusedException refused) {
            throw new ParameterException(spec.commandLine(), refused.getMessage(), refused);
        }
        return name;
    }
}
