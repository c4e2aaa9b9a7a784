package io.nearstream.client;

import io.nearstream.core.model.Version;
import java.util.Optional;

/**
 * What became of a write of a key that was asked about.
 *
 * @param applied whether it is in force; else its condition did not hold, and nothing changed
 * @param version of the key's value now: the write's own if it was an applied put; empty where the
 *     key has no value
 */
public record KeyValueOutcome(boolean applied, Optional<Version> version) {}
