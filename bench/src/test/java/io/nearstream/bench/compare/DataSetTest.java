package io.nearstream.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.nearstream.core.model.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetTest {
    @TempDir private Path dir;

    private void files(String... names) throws IOException {
        for (String name : names) {
            Files.createFile(dir.resolve(name));
        }
    }

    private void describe(String json) throws IOException {
        Files.writeString(dir.resolve(DataSet.OWN_DESCRIPTOR), json);
    }

    @Test
    void aKnownSetIsRecognisedByItsBaseFile() throws IOException {
        files(
                "words100_base.fvecs.gz",
                "words100_query.fvecs",
                "words100_exact100_cosine_ids.ivecs");

        DataSet set = DataSet.in(dir);

        assertThat(set.name()).isEqualTo("words100");
        assertThat(set.metric()).isEqualTo(Metric.COSINE);
        assertThat(set.files().truth())
                .isEqualTo(dir.resolve("words100_exact100_cosine_ids.ivecs"));
        assertThat(set.cells()).hasSizeGreaterThanOrEqualTo(6);
        assertThat(set.candidates()).hasSizeGreaterThanOrEqualTo(6);
    }

    @Test
    void setsThatThePeersCannotMeasureAreRefusedWithTheReason() throws IOException {
        files("photo-orb256_base.bvecs.gz");

        refused("photo-orb256 cannot be compared", "Hamming", "bench search");
    }

    @Test
    void aFolderMayDescribeItself() throws IOException {
        files("b.fvecs", "q.fvecs", "t.ivecs");
        describe(
                """
                {"name": "mine", "base": "b.fvecs", "query": "q.fvecs", "truth": "t.ivecs",
                 "metric": "l2", "cells": [1, 2, 3, 4, 5, 6]}
                """);

        DataSet set = DataSet.in(dir);

        assertThat(set.name()).isEqualTo("mine");
        assertThat(set.metric()).isEqualTo(Metric.L2);
        assertThat(set.cells()).isEqualTo(List.of(1, 2, 3, 4, 5, 6));
    }

    @Test
    void errorsNameFileAndField() throws IOException {
        refused("known sets", "siftsmall", DataSet.OWN_DESCRIPTOR);
        assertThatIOException()
                .isThrownBy(() -> DataSet.in(dir.resolve("none")))
                .withMessageContaining("--data must be a folder");

        describe("{");
        refused(DataSet.OWN_DESCRIPTOR, "no JSON");
        describe("{\"query\": \"q\"}");
        refused("'base' must be text, but is missing");
        files("b", "q");
        describe("{\"base\": \"b\", \"query\": \"q\", \"truth\": \"t\", \"metric\": \"l2\"}");
        refused("there is no file", "t");
        files("t");
        describe("{\"base\": \"b\", \"query\": \"q\", \"truth\": \"t\", \"metric\": \"far\"}");
        refused("'metric' must be one of", "'far'");
        describe(
                "{\"base\": \"b\", \"query\": \"q\", \"truth\": \"t\", \"metric\": \"l2\", \"cells\": [1, 2]}");
        refused("'cells' must have at least 6 steps");
        describe(
                "{\"base\": \"b\", \"query\": \"q\", \"truth\": \"t\", \"metric\": \"l2\", \"cells\": [1, 3, 2, 4, 5, 6]}");
        refused("'cells' must rise");
    }

    private void refused(String... words) {
        assertThatIOException()
                .isThrownBy(() -> DataSet.in(dir))
                .satisfies(failure -> assertThat(failure.getMessage()).contains(words));
    }
}
