package io.nearstream.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.annotation.Nullable;
import picocli.CommandLine.Option;

/** What is exported or imported: a collection, or the keys. */
final class MigratedOptions {
    private static final String AVRO = ".avro";
    private static final String KEYS_FILE = "key-values" + AVRO;

    @Nullable
    @Option(names = "--collection", paramLabel = "NAME", description = "The collection.")
    private String collection;

    @Option(names = "--key-values", description = "All keys, instead of a collection.")
    private boolean keyValues;

    boolean keyValues() {
        return keyValues;
    }

    String collection() {
        return collection;
    }

    String unit() {
        return keyValues ? "keys" : "records";
    }

    /** The file itself, or the one that has its name by default in a directory. */
    Path fileIn(Path place) {
        boolean file = place.toString().endsWith(AVRO) && !Files.isDirectory(place);
        return file ? place : place.resolve(keyValues ? KEYS_FILE : collection + ".records" + AVRO);
    }
}
