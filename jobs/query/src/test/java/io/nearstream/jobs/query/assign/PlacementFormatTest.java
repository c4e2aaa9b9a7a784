package io.nearstream.jobs.query.assign;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;

import io.nearstream.core.model.Version;
import org.junit.jupiter.api.Test;

/** Bytes of format 1, which stay readable, and what format 2 adds. */
class PlacementFormatTest {
    private static final Version VERSION = new Version(0x0102030405060708L, 3, 9);
    private static final String VERSION_HEX = "0102030405060708" + "00000003" + "0000000000000009";

    @Test
    void placementKeepsItsBytes() throws Exception {
        assertFormat(
                PlacementSerializer.INSTANCE,
                new Placement(
                        VERSION,
                        false,
                        1,
                        new int[] {4, 5},
                        new int[] {-3},
                        new long[] {12},
                        true,
                        0x1122L),
                VERSION_HEX
                        + "00"
                        + "00000001"
                        + "00000002"
                        + "0000000400000005"
                        + "00000001"
                        + "fffffffd"
                        + "000000000000000c"
                        + "01"
                        + "0000000000001122",
                2);
    }

    @Test
    void placementOfADeletedRecordKeepsItsBytes() throws Exception {
        assertFormat(
                PlacementSerializer.INSTANCE,
                Placement.gone(VERSION, 0x1122L),
                VERSION_HEX
                        + "01"
                        + "00000000"
                        + "00000000"
                        + "00000000"
                        + "0000000000000000"
                        + "00"
                        + "0000000000001122",
                2);
    }

    @Test
    void placementThatLeavesBucketsOneByOneKeepsItsBytes() throws Exception {
        assertFormat(
                PlacementSerializer.INSTANCE,
                new Placement(
                        VERSION,
                        false,
                        1,
                        new int[] {4},
                        new int[] {-3, 7},
                        new long[] {12, 13},
                        true,
                        0),
                VERSION_HEX
                        + "02"
                        + "00000001"
                        + "00000001"
                        + "00000004"
                        + "00000002"
                        + "fffffffd00000007"
                        + "000000000000000c000000000000000d"
                        + "01"
                        + "0000000000000000",
                2);
    }

    /** As format 1 wrote it: all leave after one checkpoint. */
    @Test
    void placementOfFormat1IsReadAndWrittenAgain() throws Exception {
        assertFormat(
                PlacementSerializer.INSTANCE,
                new Placement(
                        VERSION,
                        false,
                        1,
                        new int[] {4},
                        new int[] {-3, 7},
                        new long[] {12, 12},
                        true,
                        0),
                VERSION_HEX
                        + "00"
                        + "00000001"
                        + "00000001"
                        + "00000004"
                        + "00000002"
                        + "fffffffd00000007"
                        + "000000000000000c"
                        + "01"
                        + "0000000000000000",
                2);
    }
}
