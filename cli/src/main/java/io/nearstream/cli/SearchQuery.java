package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.formats.VectorFile;
import io.nearstream.schemas.Hit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import javax.annotation.Nullable;
import picocli.CommandLine.Option;

/** Where the query vector of a search comes from: exactly one of three places. */
final class SearchQuery {
    @Nullable
    @Option(
            names = "--query",
            paramLabel = "FILE",
            required = true,
            description = "A row of this file of vectors; see --row.")
    private Path file;

    @Nullable
    @Option(
            names = "--vector",
            paramLabel = "1,2,3",
            required = true,
            description = "These numbers.")
    private String numbers;

    @Nullable
    @Option(
            names = "--id",
            paramLabel = "ID",
            required = true,
            description = "The vector of this record.")
    private String id;

    /**
     * The query vector in the collection's encoding.
     *
     * @param row the row of a file
     * @param limits what a probe for a record has to keep to
     */
    byte[] vector(
            NearstreamClient client,
            CollectionSettings collection,
            long row,
            UnaryOperator<ProbeRequest> limits)
            throws IOException {
        if (file != null) {
            VectorFile vectors =
                    VectorFile.open(file).in(collection.encoding(), collection.dimensions());
            VectorFiles.requireDimensions(vectors, collection);
            return VectorFiles.convert(vectors.row(row), vectors.encoding(), collection.encoding());
        }
        if (id != null) {
            Hit hit =
                    Records.fetch(
                            client,
                            collection.name(),
                            id,
                            request -> limits.apply(request.withVectors()));
            return Records.bytes(hit.getVector());
        }
        return typed(collection);
    }

    private byte[] typed(CollectionSettings collection) {
        String[] words = numbers.split(",", -1);
        if (collection.encoding() == Encoding.SET64) {
            return set(collection, words);
        }
        float[] values = new float[words.length];
        for (int i = 0; i < words.length; i++) {
            try {
                values[i] = Float.parseFloat(words[i].trim());
            } catch (NumberFormatException malformed) {
                throw new NearstreamException(
                        "--vector must be numbers with commas between them, but number %d is '%s'."
                                .formatted(i + 1, words[i]),
                        malformed);
            }
        }
        if (values.length != collection.dimensions()) {
            throw new NearstreamException(
                    "--vector has %d numbers, but collection '%s' has %d dimensions."
                            .formatted(values.length, collection.name(), collection.dimensions()));
        }
        return VectorBytes.encode(values, collection.encoding());
    }

    private static byte[] set(CollectionSettings collection, String[] words) {
        try {
            long[] elements =
                    Arrays.stream(words).map(String::trim).mapToLong(Long::parseLong).toArray();
            return VectorBytes.ofSet(collection.dimensions(), elements);
        } catch (IllegalArgumentException malformed) {
            throw new NearstreamException(
                    "--vector must be whole numbers with commas between them, the elements of a set of collection '%s': %s"
                            .formatted(collection.name(), malformed.getMessage()),
                    malformed);
        }
    }
}
