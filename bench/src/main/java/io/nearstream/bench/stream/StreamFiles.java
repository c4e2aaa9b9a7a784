package io.nearstream.bench.stream;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a runbook's steps and vectors are.
 *
 * @param runbook the steps
 * @param base vectors that they name by row
 * @param labels where given, the base's rows are taken in the order of their labels, so that ranges
 *     of rows are classes
 * @param query vectors to ask for
 */
public record StreamFiles(Path runbook, Path base, Optional<Path> labels, Path query) {}
