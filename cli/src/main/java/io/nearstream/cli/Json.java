package io.nearstream.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

/** Prints what a program reads: one JSON document of maps, lists, numbers and text. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static void print(PrintWriter out, Object document) {
        out.println(text(document));
        out.flush();
    }

    /** The document in one line, without its end: many of them make a stream. */
    static String line(Object document) {
        try {
            return MAPPER.writeValueAsString(document);
        } catch (JsonProcessingException failure) {
            throw new UncheckedIOException("Could not write JSON.", failure);
        }
    }

    /** The document as it is printed, without a line's end. */
    static String text(Object document) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document);
        } catch (JsonProcessingException failure) {
            throw new UncheckedIOException("Could not write JSON.", failure);
        }
    }
}
