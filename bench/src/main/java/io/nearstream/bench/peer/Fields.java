package io.nearstream.bench.peer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** Reads fields of a JSON object, and says which one is missing or of another type. */
final class Fields {
    private Fields() {}

    static double number(JsonNode object, String name) throws IOException {
        JsonNode value = object.path(name);
        if (!value.isNumber()) {
            throw wrong(name, "a number", value);
        }
        return value.doubleValue();
    }

    static String text(JsonNode object, String name) throws IOException {
        JsonNode value = object.path(name);
        if (!value.isTextual()) {
            throw wrong(name, "text", value);
        }
        return value.textValue();
    }

    static JsonNode array(JsonNode object, String name) throws IOException {
        JsonNode value = object.path(name);
        if (!value.isArray()) {
            throw wrong(name, "an array", value);
        }
        return value;
    }

    private static IOException wrong(String name, String wanted, JsonNode value) {
        return new IOException(
                "Field '%s' must be %s, but %s."
                        .formatted(
                                name,
                                wanted,
                                value.isMissingNode() ? "is missing" : "was " + value));
    }
}
