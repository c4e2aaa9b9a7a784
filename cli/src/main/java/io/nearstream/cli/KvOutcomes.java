package io.nearstream.cli;

import io.nearstream.client.KeyValueOutcome;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.annotation.Nullable;
import picocli.CommandLine;

/** Says what became of single writes. */
final class KvOutcomes {
    private static final int NOT_APPLIED = 1;

    private KvOutcomes() {}

    /**
     * Prints the outcome; a condition that did not hold is a complaint, too.
     *
     * @param what "put" or "delete"
     * @param ifVersion the version that was asked for, if one was
     * @return the exit code
     */
    static int print(
            CommandLine command,
            String what,
            String key,
            KeyValueOutcome outcome,
            @Nullable String ifVersion,
            boolean json) {
        PrintWriter out = command.getOut();
        if (json) {
            Json.print(out, document(key, outcome));
        } else if (outcome.applied()) {
            String version =
                    outcome.version().map(v -> ", version " + KvText.version(v)).orElse("");
            out.printf("%s %s: applied%s%n", what, key, version);
        }
        if (outcome.applied()) {
            return 0;
        }
        command.getErr().printf("nearstream: %s %s: %s%n", what, key, refusal(outcome, ifVersion));
        return NOT_APPLIED;
    }

    private static String refusal(KeyValueOutcome outcome, @Nullable String ifVersion) {
        String now =
                outcome.version()
                        .map(version -> "has a value of version " + KvText.version(version))
                        .orElse("has no value");
        return ifVersion == null
                ? "not applied, since the key %s.".formatted(now)
                : "not applied, since the key %s and not %s.".formatted(now, ifVersion);
    }

    private static Map<String, Object> document(String key, KeyValueOutcome outcome) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("key", key);
        document.put("applied", outcome.applied());
        document.put("version", outcome.version().map(KvText::version).orElse(null));
        return document;
    }
}
