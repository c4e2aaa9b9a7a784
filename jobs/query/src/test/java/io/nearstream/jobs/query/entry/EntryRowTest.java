package io.nearstream.jobs.query.entry;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Version;
import io.nearstream.testing.Property;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EntryRowTest {
    private static final int LABELS_MAX = 32;
    private static final int LABEL_BYTES_MAX = 64;
    private static final int ID_BYTES_MAX = 512;
    private static final Version VERSION = new Version(0x0102030405060708L, 0x11121314, 9);

    /** Rows lie in savepoints: a change here breaks every one of them. */
    private static final String FORMAT_1_PUT =
            "3b000000"
                    + "16"
                    + "36d0fa697f0fec1f"
                    + "0807060504030201"
                    + "14131211"
                    + "0900000000000000"
                    + "0000003f"
                    + "0200"
                    + "2827262524232221"
                    + "6964"
                    + "02"
                    + "0172"
                    + "02c3a9"
                    + "01020304";

    private static final String FORMAT_1_REMOVAL =
            "29000000"
                    + "01"
                    + "36d0fa697f0fec1f"
                    + "0807060504030201"
                    + "14131211"
                    + "0900000000000000"
                    + "0000803f"
                    + "0200"
                    + "6964";

    @Test
    void theBytesOfFormat1AreFixed() {
        byte[] put =
                EntryRow.put(
                        "id",
                        VERSION,
                        0.5f,
                        0x2122232425262728L,
                        List.of("r", "\u00e9"),
                        true,
                        new byte[] {1, 2, 3, 4});
        assertThat(HexFormat.of().formatHex(put)).isEqualTo(FORMAT_1_PUT);
        assertThat(HexFormat.of().formatHex(EntryRow.removal("id", VERSION)))
                .isEqualTo(FORMAT_1_REMOVAL);
        byte[] replacing = EntryRow.replacing(put);
        assertThat(replacing[4]).isEqualTo((byte) 0x1e);
        assertThat(put[4]).isEqualTo((byte) 0x16);
    }

    /** The same record with a code of three bytes, and what of it goes into an answer. */
    @Test
    void theBytesOfACodedRowAreFixed() {
        byte[] put = HexFormat.of().parseHex(FORMAT_1_PUT);
        byte[] coded = EntryRow.coded(put, new byte[] {5, 6, 7});
        String head = FORMAT_1_PUT.substring(10, FORMAT_1_PUT.length() - 8);
        assertThat(HexFormat.of().formatHex(coded)).isEqualTo("3a000000" + "36" + head + "050607");
        assertThat(EntryRow.isCoded(coded, 0)).isTrue();
        assertThat(EntryRow.isCoded(put, 0)).isFalse();
        assertThat(EntryRow.tailAt(coded, 0)).isEqualTo(coded.length - 3);
        for (boolean withVector : new boolean[] {true, false}) {
            byte[] answer = EntryRow.forAnswer(coded, 0, 4, withVector);
            assertThat(HexFormat.of().formatHex(answer)).isEqualTo("37000000" + "36" + head);
            assertThat(EntryRow.labels(answer, 0)).containsExactly("r", "\u00e9");
        }
    }

    private record Entry(
            String id,
            Version version,
            float inverseNorm,
            long expiresAt,
            List<String> labels,
            boolean hasPayload,
            boolean replacing,
            byte[] vector) {
        byte[] row() {
            byte[] row =
                    EntryRow.put(id, version, inverseNorm, expiresAt, labels, hasPayload, vector);
            return replacing ? EntryRow.replacing(row) : row;
        }
    }

    @Test
    void everyFieldIsReadBackWhereverTheRowLies() {
        Property.holds(
                random -> {
                    Entry entry = entry(random);
                    byte[] row = entry.row();
                    byte[] data = new byte[row.length + 50];
                    random.nextBytes(data);
                    int at = random.nextInt(50);
                    System.arraycopy(row, 0, data, at, row.length);
                    assertRow(entry, data, at);
                });
    }

    private static void assertRow(Entry entry, byte[] data, int at) {
        int vectorBytes = entry.vector().length;
        assertThat(EntryRow.length(data, at)).isEqualTo(entry.row().length);
        assertThat(EntryRow.id(data, at)).isEqualTo(entry.id());
        assertThat(EntryRow.version(data, at)).isEqualTo(entry.version());
        assertThat(EntryRow.inverseNorm(data, at)).isEqualTo(entry.inverseNorm());
        assertThat(EntryRow.expiresAt(data, at)).isEqualTo(entry.expiresAt());
        assertThat(EntryRow.labels(data, at)).isEqualTo(entry.labels());
        assertThat(EntryRow.hasPayload(data, at)).isEqualTo(entry.hasPayload());
        assertThat(EntryRow.isRemoval(data, at)).isFalse();
        assertThat(EntryRow.voidsEarlier(data, at)).isEqualTo(entry.replacing());
        int vectorAt = EntryRow.vectorAt(data, at, vectorBytes);
        assertThat(Arrays.copyOfRange(data, vectorAt, vectorAt + vectorBytes))
                .isEqualTo(entry.vector());
        byte[] idBytes = entry.id().getBytes(StandardCharsets.UTF_8);
        int idAt = EntryRow.idAt(data, at);
        assertThat(EntryRow.idLength(data, at)).isEqualTo(idBytes.length);
        assertThat(Arrays.copyOfRange(data, idAt, idAt + idBytes.length)).isEqualTo(idBytes);
        assertThat(EntryRow.idHash(data, at))
                .isEqualTo(EntryRow.idHash(EntryRow.removal(entry.id(), entry.version()), 0));
    }

    @Test
    void answerHasEverythingButTheVectorUnlessItIsAskedFor() {
        Property.holds(
                random -> {
                    Entry entry = entry(random);
                    byte[] row = entry.row();
                    int vectorBytes = entry.vector().length;
                    assertThat(EntryRow.forAnswer(row, 0, vectorBytes, true)).isEqualTo(row);
                    Entry bare =
                            new Entry(
                                    entry.id(),
                                    entry.version(),
                                    entry.inverseNorm(),
                                    entry.expiresAt(),
                                    entry.labels(),
                                    entry.hasPayload(),
                                    entry.replacing(),
                                    new byte[0]);
                    byte[] answer = EntryRow.forAnswer(row, 0, vectorBytes, false);
                    assertThat(answer).isEqualTo(bare.row());
                });
    }

    @Test
    void removalHasItsIdAndVersionAndVoidsWhatWasBefore() {
        Property.holds(
                random -> {
                    Entry entry = entry(random);
                    byte[] row = EntryRow.removal(entry.id(), entry.version());
                    assertThat(EntryRow.isRemoval(row, 0)).isTrue();
                    assertThat(EntryRow.voidsEarlier(row, 0)).isTrue();
                    assertThat(EntryRow.id(row, 0)).isEqualTo(entry.id());
                    assertThat(EntryRow.version(row, 0)).isEqualTo(entry.version());
                    assertThat(EntryRow.labels(row, 0)).isEmpty();
                    assertThat(EntryRow.hasPayload(row, 0)).isFalse();
                    assertThat(EntryRow.length(row, 0)).isEqualTo(row.length);
                });
    }

    private static Entry entry(SplittableRandom random) {
        List<String> labels = new ArrayList<>();
        int count = random.nextInt(4) == 0 ? LABELS_MAX : random.nextInt(3);
        for (int i = 0; i < count; i++) {
            labels.add(text(random, LABEL_BYTES_MAX));
        }
        byte[] vector = new byte[random.nextInt(5) == 0 ? 4 * 4_096 : random.nextInt(64)];
        random.nextBytes(vector);
        return new Entry(
                text(random, ID_BYTES_MAX),
                new Version(random.nextLong(), random.nextInt(), random.nextLong()),
                (float) random.nextDouble(),
                random.nextBoolean() ? IndexChange.NEVER : random.nextLong(1_000_000_000_000L),
                labels,
                random.nextBoolean(),
                random.nextBoolean(),
                vector);
    }

    /** 1 to so many bytes of UTF-8, often exactly as many. */
    private static String text(SplittableRandom random, int bytesMax) {
        String unit = List.of("a", "\u00e9", "\u20ac", "\ud83d\ude00").get(random.nextInt(4));
        int unitBytes = unit.getBytes(StandardCharsets.UTF_8).length;
        int most = bytesMax / unitBytes;
        int count = random.nextBoolean() ? most : 1 + random.nextInt(most);
        String text = unit.repeat(count);
        return count == most ? text + "x".repeat(bytesMax - count * unitBytes) : text;
    }
}
