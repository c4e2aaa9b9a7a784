package io.nearstream.bench.join;

import io.nearstream.client.VectorBytes;
import io.nearstream.core.partition.StableHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * Texts as sets of their shingles of three words, hashed to 64 bits. Words are runs of a-z and 0-9,
 * case apart; a text of one or two words is one shingle. Stateless.
 */
public final class Documents {
    private static final int WORDS = 3;
    private static final int TRUTH_COLUMNS = 4;

    private Documents() {}

    /** Whether a file is read as documents, by its name. */
    public static boolean isNamed(Path file) {
        String name = file.toString();
        return name.endsWith(".tsv") || name.endsWith(".tsv.gz");
    }

    /**
     * Reads a document a line, its text behind the last tab.
     *
     * @param limit as many at most
     * @return the shingles of each
     * @throws IOException that names the line, if one has no word
     */
    public static List<long[]> read(Path file, int limit) throws IOException {
        List<long[]> documents = new ArrayList<>();
        try (BufferedReader lines = lines(file)) {
            for (String line = lines.readLine();
                    line != null && documents.size() < limit;
                    line = lines.readLine()) {
                long[] shingles = shingles(line.substring(line.lastIndexOf('\t') + 1));
                if (shingles.length == 0) {
                    throw new IOException(
                            "%s: line %d has no word.".formatted(file, documents.size() + 1));
                }
                documents.add(shingles);
            }
        }
        if (documents.isEmpty()) {
            throw new IOException(file + ": the file holds no documents.");
        }
        return documents;
    }

    /** The shingles of a text; none where it has no word. */
    static long[] shingles(String text) {
        List<String> words = new ArrayList<>();
        for (String word : asciiLowerCase(text).split("[^a-z0-9]+")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        Set<Long> shingles = new HashSet<>();
        for (int i = 0; i == 0 && !words.isEmpty() || i + WORDS <= words.size(); i++) {
            String shingle = String.join(" ", words.subList(i, Math.min(i + WORDS, words.size())));
            byte[] bytes = shingle.getBytes(StandardCharsets.US_ASCII);
            shingles.add(StableHash.of(bytes, 0, bytes.length));
        }
        return shingles.stream().mapToLong(Long::longValue).toArray();
    }

    /** Letters beyond ASCII separate words, so they may not become ASCII ones. */
    private static String asciiLowerCase(String text) {
        StringBuilder ascii = new StringBuilder(text.length());
        text.chars().forEach(c -> ascii.append(c < 128 ? (char) c : ' '));
        return ascii.toString().toLowerCase(Locale.ROOT);
    }

    /** The sets as a collection holds them, which has to take the largest. */
    public static List<byte[]> vectors(List<long[]> documents) {
        int largest = documents.stream().mapToInt(shingles -> shingles.length).max().orElseThrow();
        return documents.stream().map(each -> VectorBytes.ofSet(largest, each)).toList();
    }

    /**
     * Reads pairs with their similarity: {@code i j intersection union} on each line, apart by
     * tabs, in any order, complete down to the similarity that is asked for.
     *
     * @param eps largest Jaccard distance of a pair
     * @param documents pairs of the first so many are taken
     */
    public static TruePairs truth(Path file, double eps, int documents) throws IOException {
        List<Long> pairs = new ArrayList<>();
        try (BufferedReader lines = lines(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split("\t");
                if (parts.length != TRUTH_COLUMNS) {
                    throw new IOException(
                            "%s: a line must have %d columns, but one is '%s'."
                                    .formatted(file, TRUTH_COLUMNS, line));
                }
                int one = Integer.parseInt(parts[0]);
                int other = Integer.parseInt(parts[1]);
                double distance = 1 - Double.parseDouble(parts[2]) / Double.parseDouble(parts[3]);
                if (distance <= eps && Math.max(one, other) < documents) {
                    pairs.add(TruePairs.pair(one, other));
                }
            }
        } catch (NumberFormatException broken) {
            throw new IOException(file + ": the file holds no pairs.", broken);
        }
        return new TruePairs(eps, pairs.stream().mapToLong(Long::longValue).toArray());
    }

    private static BufferedReader lines(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            InputStream text = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
            return new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException unreadable) {
            in.close();
            throw unreadable;
        }
    }
}
