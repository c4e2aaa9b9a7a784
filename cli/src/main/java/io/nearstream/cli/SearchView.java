package io.nearstream.cli;

import io.nearstream.schemas.Answer;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How an answer is shown, to people and to programs.
 *
 * @param collection the collection that was asked
 * @param result the answer, to one query vector
 * @param payloads whether payloads were asked for
 */
record SearchView(String collection, ProbeResult result, boolean payloads) {

    void print(PrintWriter out) {
        Table table =
                payloads
                        ? new Table(">RANK", "ID", ">DISTANCE", "LABELS", "PAYLOAD")
                        : new Table(">RANK", "ID", ">DISTANCE", "LABELS");
        int rank = 0;
        int estimated = 0;
        boolean truncated = false;
        for (Answer answer : result.getAnswers()) {
            truncated |= answer.getTruncated();
            for (Hit hit : answer.getHits()) {
                rank++;
                String labels = String.join(" ", hit.getLabels());
                String distance = (hit.getEstimated() ? "~" : "") + distance(hit.getDistance());
                estimated += hit.getEstimated() ? 1 : 0;
                if (payloads) {
                    table.row(rank, hit.getId(), distance, labels, Records.shown(hit.getPayload()));
                } else {
                    table.row(rank, hit.getId(), distance, labels);
                }
            }
        }
        table.print(out);
        if (truncated) {
            out.printf("more are within the radius: these are the nearest %,d%n", rank);
        }
        if (estimated > 0) {
            out.printf("%,d distances are estimates, marked ~%n", estimated);
        }
        out.printf(
                "%d of %d buckets, %,d vectors scored, %d of the subtasks asked, %.1f ms in the job%n",
                result.getBucketsVisited(),
                result.getBucketsPlanned(),
                result.getVectorsScored(),
                result.getSubtasks(),
                result.getMicros() / 1e3);
    }

    static String distance(double distance) {
        return "%.6f".formatted(distance);
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("collection", collection);
        document.put("status", EnumNames.of(result.getStatus()));
        if (result.getReason() != null) {
            document.put("reason", result.getReason());
            document.put("message", result.getMessage());
        }
        List<Object> hits = new ArrayList<>();
        boolean truncated = false;
        for (Answer answer : result.getAnswers()) {
            truncated |= answer.getTruncated();
            answer.getHits().forEach(hit -> hits.add(document(hit)));
        }
        document.put("hits", hits);
        document.put("truncated", truncated);
        document.put("buckets_visited", result.getBucketsVisited());
        document.put("buckets_planned", result.getBucketsPlanned());
        document.put("vectors_scored", result.getVectorsScored());
        document.put("subtasks", result.getSubtasks());
        document.put("messages", result.getMessages());
        document.put("micros", result.getMicros());
        document.put("as_of", result.getAsOf());
        return document;
    }

    private static Map<String, Object> document(Hit hit) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", hit.getId());
        document.put("distance", hit.getDistance());
        if (hit.getEstimated()) {
            document.put("estimated", true);
        }
        document.put("append_time", hit.getVersionTime());
        document.put("labels", hit.getLabels());
        Records.putPayload(document, hit.getPayload());
        return document;
    }
}
