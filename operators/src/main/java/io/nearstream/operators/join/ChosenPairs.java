package io.nearstream.operators.join;

import io.nearstream.core.join.Pair;
import java.util.List;

/**
 * The pairs of a later record that were chosen and are there.
 *
 * @param pairs not changed by anyone
 */
public record ChosenPairs(List<Pair> pairs) {}
