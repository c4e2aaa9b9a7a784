package io.nearstream.bench.power;

import java.time.ZoneId;
import java.util.Optional;

/**
 * How a meter's file is read, where that cannot be seen from the file itself.
 *
 * @param timeColumn name or number (from 1) of the column of times; without one, it is guessed
 * @param wattsColumn name or number of the column of watts; without one, it is guessed
 * @param zone of times that name none
 */
public record MeterFormat(
        Optional<String> timeColumn, Optional<String> wattsColumn, Optional<ZoneId> zone) {
    /** Everything is seen from the file. */
    public static final MeterFormat GUESSED =
            new MeterFormat(Optional.empty(), Optional.empty(), Optional.empty());
}
