package io.nearstream.formats;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The fully qualified names of the classes that every JDK carries, read from its runtime image:
 * tens of thousands of real names that need no download. Thread-safe.
 */
public final class JdkNames {
    private static final String CLASS_SUFFIX = ".class";

    private JdkNames() {}

    /**
     * The names of all top-level and nested classes of the running JDK, such as {@code
     * java.util.Map.Entry}; sorted, each once. Anonymous, local and generated classes are left out.
     *
     * @throws IOException if the JDK has no readable runtime image
     */
    public static List<String> read() throws IOException {
        FileSystem image = FileSystems.getFileSystem(URI.create("jrt:/"));
        try (Stream<Path> files = Files.walk(image.getPath("/modules"))) {
            return files.filter(file -> file.getNameCount() > 2)
                    .map(file -> file.subpath(2, file.getNameCount()).toString())
                    .filter(file -> file.endsWith(CLASS_SUFFIX))
                    .map(file -> file.substring(0, file.length() - CLASS_SUFFIX.length()))
                    .flatMap(file -> named(file).stream())
                    .sorted()
                    .distinct()
                    .toList();
        }
    }

    /** The name a programmer would write for a class file, if it has one. */
    static Optional<String> named(String file) {
        String simple = file.substring(file.lastIndexOf('/') + 1);
        for (String part : simple.split("\\$", -1)) {
            // A number follows the $ of anonymous and local classes, nothing that of generated
            // ones.
            if (part.isEmpty()
                    || !Character.isJavaIdentifierStart(part.charAt(0))
                    || part.indexOf('-') >= 0) {
                return Optional.empty();
            }
        }
        return Optional.of(file.replace('/', '.').replace('$', '.'));
    }
}
