package io.nearstream.cli;

import io.nearstream.client.CollectionInfo;
import io.nearstream.client.GenerationInfo;
import io.nearstream.client.RecallInfo;
import io.nearstream.client.SettledInfo;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a collection is shown, to people and to programs. */
final class CollectionView {
    private CollectionView() {}

    static Map<String, Object> document(CollectionSettings settings) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", settings.name());
        document.put("uid", settings.uid());
        document.put("dimensions", settings.dimensions());
        document.put("encoding", EnumNames.of(settings.encoding()));
        document.put("metric", EnumNames.of(settings.metric()));
        document.put("buckets", EnumNames.of(settings.buckets()));
        if (settings.buckets().isSeeded()) {
            document.put("hash_bits", settings.hashBits());
            document.put("tables", settings.tables());
            if (settings.hashes() > 0) {
                document.put("hashes", settings.hashes());
            }
            if (settings.buckets() == BucketScheme.P_STABLE) {
                document.put("width", settings.width());
            }
        } else {
            document.put("cells", settings.cells());
            document.put("code", CodeNames.of(settings.code()));
            if (settings.rerank() > 0) {
                document.put("rerank", settings.rerank());
            }
        }
        document.put("seed", settings.seed());
        document.put("target_recall", settings.targetRecall());
        document.put("train_after", settings.trainAfter());
        return document;
    }

    static Map<String, Object> document(CollectionInfo info) {
        Map<String, Object> document = document(info.settings());
        GenerationInfo newest = info.newest();
        Map<String, Object> generation = new LinkedHashMap<>();
        generation.put("number", newest.number());
        generation.put("hash", hash(newest));
        generation.put("chunks", newest.chunks());
        generation.put("bytes", newest.bytes());
        document.put("generation", generation);
        List<Object> settled = new ArrayList<>();
        for (SettledInfo job : info.settled()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("job", job.job());
            entry.put("generation", job.generation());
            entry.put("subtasks", job.subtasks());
            entry.put("of", job.of());
            settled.add(entry);
        }
        document.put("settled", settled);
        document.put("recall", info.recall().stream().map(CollectionView::document).toList());
        return document;
    }

    private static Map<String, Object> document(RecallInfo gauged) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("job", gauged.job());
        entry.put("generation", gauged.generation());
        entry.put("recall", gauged.recall());
        entry.put("low", gauged.low());
        entry.put("high", gauged.high());
        entry.put("probes", gauged.probes());
        entry.put("correction", gauged.correction());
        return entry;
    }

    static Table table(CollectionInfo info) {
        Table table = new Table("SETTING", "VALUE");
        document(info.settings()).forEach(table::row);
        GenerationInfo newest = info.newest();
        table.row(
                "generation",
                newest.number() == 0
                        ? "0 (flat: every probe is exact)"
                        : "%d, codebook %s of %d bytes in %d chunks"
                                .formatted(
                                        newest.number(),
                                        hash(newest),
                                        newest.bytes(),
                                        newest.chunks()));
        for (SettledInfo job : info.settled()) {
            table.row(
                    "settled",
                    "%s: generation %d in %d of %d subtasks"
                            .formatted(job.job(), job.generation(), job.subtasks(), job.of()));
        }
        for (RecallInfo gauged : info.recall()) {
            table.row(
                    "recall",
                    "%s: %.3f (%.3f to %.3f, %d probes of generation %d), buckets x %.2f"
                            .formatted(
                                    gauged.job(),
                                    gauged.recall(),
                                    gauged.low(),
                                    gauged.high(),
                                    gauged.probes(),
                                    gauged.generation(),
                                    gauged.correction()));
        }
        return table;
    }

    private static String hash(GenerationInfo generation) {
        return "%016x".formatted(generation.hash());
    }
}
