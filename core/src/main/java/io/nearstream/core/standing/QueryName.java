package io.nearstream.core.standing;

import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import java.util.regex.Pattern;

/**
 * Which standing query: a name that its subscriber chose.
 *
 * @param subscriber who is told, 1 to 128 characters of {@code [A-Za-z0-9._-]}
 * @param id of the query among the subscriber's, the same
 */
public record QueryName(String subscriber, String id) {
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final char BETWEEN = '/';

    /** Refuses a name of other characters. */
    public void check() throws RefusedException {
        check("subscriber", subscriber);
        check("id", id);
    }

    private static void check(String field, String value) throws RefusedException {
        if (!PART.matcher(value).matches()) {
            throw new RefusedException(
                    Reason.BAD_ID,
                    "%s must be 1 to 128 characters of [A-Za-z0-9._-], but was %s."
                            .formatted(field, Limits.quote(value)));
        }
    }

    /** Both parts in one text: the key on the topics and in state. */
    public String key() {
        return subscriber + BETWEEN + id;
    }

    /** The name that a key stands for; what has no slash is a subscriber without an id. */
    public static QueryName ofKey(String key) {
        int at = key.indexOf(BETWEEN);
        return at < 0
                ? new QueryName(key, "")
                : new QueryName(key.substring(0, at), key.substring(at + 1));
    }
}
