package io.nearstream.cli;

import io.nearstream.client.StandingInfo;
import io.nearstream.client.StandingUpdate;
import io.nearstream.core.standing.Difference;
import io.nearstream.schemas.StandingRegistration;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How standing queries and what is told of them are shown, to people and to programs. */
final class StandingView {
    private static final String CUT = "more are within the radius";

    private StandingView() {}

    /** What a registration was answered with. */
    static void print(Difference told, String collection, PrintWriter out) {
        String name = told.query().subscriber() + "/" + told.query().id();
        if (told.kind() == Difference.Kind.SNAPSHOT) {
            Table table = new Table(">RANK", "ID", ">DISTANCE");
            told.added().forEach(hit -> table.row(hit.rank(), hit.id(), distance(hit.distance())));
            table.print(out);
            if (told.truncated()) {
                out.printf("%s: these are the nearest %,d%n", CUT, told.added().size());
            }
        } else {
            out.println("too much was told of it: its answer comes when its limit is over");
        }
        out.printf(
                "%s stands in collection %s until %s%n",
                name, collection, Instant.ofEpochMilli(told.until()));
        out.flush();
    }

    private static String distance(double distance) {
        return "%.6f".formatted(distance);
    }

    /** A query and what is told of it, a line each. */
    static List<String> lines(StandingUpdate update) {
        Difference told = update.difference();
        List<String> lines = new ArrayList<>();
        switch (told.kind()) {
            case SNAPSHOT -> {
                lines.add(
                        "=  %d hits%s"
                                .formatted(
                                        told.added().size(), told.truncated() ? ", " + CUT : ""));
                told.added().forEach(hit -> lines.add(hit("=", hit)));
            }
            case CHANGE -> {
                told.removed().forEach(id -> lines.add("-  " + Table.printable(id)));
                told.added().forEach(hit -> lines.add(hit("+", hit)));
                if (told.truncated()) {
                    lines.add(CUT);
                } else if (lines.isEmpty()) {
                    lines.add("no " + CUT);
                }
            }
            case RENEWED -> lines.add("renewed until " + Instant.ofEpochMilli(told.until()));
            case LIMITED ->
                    lines.add(
                            "limited until %s: %s"
                                    .formatted(Instant.ofEpochMilli(told.until()), told.message()));
            case ENDED -> lines.add("ended: " + told.reason());
            case REFUSED ->
                    lines.add(
                            "refused (%s): %s%s"
                                    .formatted(
                                            told.reason(),
                                            Table.printable(told.message()),
                                            update.again()
                                                    ? " This watch registers it again."
                                                    : ""));
            default -> throw new IllegalArgumentException("Unknown: " + told);
        }
        lines.replaceAll(line -> told.query().id() + "  " + line);
        return lines;
    }

    /** That the answer of a query is not known any more. */
    static String lost(StandingUpdate update) {
        return update.difference().query().id()
                + "  ?  does not follow what was told before: the answer is asked for";
    }

    private static String hit(String sign, Difference.Hit hit) {
        return "%s  %d  %s  %s"
                .formatted(sign, hit.rank(), Table.printable(hit.id()), distance(hit.distance()));
    }

    /** A difference, and what is known with it. */
    static Map<String, Object> document(StandingUpdate update) {
        Map<String, Object> document = document(update.difference());
        if (update.again()) {
            document.put("registered_again", true);
        }
        document.put("status", EnumNames.of(update.answer().status()));
        document.put("answer", hits(update.answer().hits()));
        document.put("answer_truncated", update.answer().truncated());
        return document;
    }

    static Map<String, Object> document(Difference told) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("subscriber", told.query().subscriber());
        document.put("name", told.query().id());
        document.put("kind", EnumNames.of(told.kind()));
        document.put("sequence", told.sequence());
        document.put("time", told.cause().time());
        document.put("removed", told.removed());
        document.put("added", hits(told.added()));
        document.put("truncated", told.truncated());
        if (!told.reason().isEmpty()) {
            document.put("reason", told.reason());
        }
        if (!told.message().isEmpty()) {
            document.put("message", told.message());
        }
        if (told.until() != 0) {
            document.put("until", told.until());
        }
        return document;
    }

    private static List<Map<String, Object>> hits(List<Difference.Hit> hits) {
        List<Map<String, Object>> documents = new ArrayList<>();
        for (Difference.Hit hit : hits) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("rank", hit.rank());
            document.put("id", hit.id());
            document.put("distance", hit.distance());
            document.put("append_time", hit.version().time());
            documents.add(document);
        }
        return documents;
    }

    /** All queries of a subscriber. */
    static Table table(List<StandingInfo> queries) {
        Table table = new Table("NAME", "COLLECTION", "ASKS", "CELLS", "LABELS", "UNTIL");
        for (StandingInfo info : queries) {
            StandingRegistration asked = info.registration();
            table.row(
                    asked.getId(),
                    asked.getCollection(),
                    asked.getRadius() == null
                            ? "%d nearest".formatted(asked.getK())
                            : "within %s, %d at most"
                                    .formatted(asked.getRadius(), asked.getMaxHits()),
                    cells(asked),
                    labels(asked),
                    Instant.ofEpochMilli(info.leaseEnd()));
        }
        return table;
    }

    private static String cells(StandingRegistration asked) {
        if (asked.getExhaustive()) {
            return "all";
        }
        return asked.getProbes() == null ? "default" : asked.getProbes().toString();
    }

    private static String labels(StandingRegistration asked) {
        List<String> parts = new ArrayList<>();
        asked.getAnyOf().forEach(label -> parts.add("any:" + label));
        asked.getAllOf().forEach(label -> parts.add("all:" + label));
        asked.getNoneOf().forEach(label -> parts.add("none:" + label));
        return String.join(" ", parts);
    }

    static Map<String, Object> document(StandingInfo info) {
        StandingRegistration asked = info.registration();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("subscriber", asked.getSubscriber());
        document.put("name", asked.getId());
        document.put("collection", asked.getCollection());
        if (asked.getRadius() == null) {
            document.put("k", asked.getK());
        } else {
            document.put("radius", asked.getRadius());
            document.put("max_hits", asked.getMaxHits());
        }
        document.put("probes", asked.getProbes());
        document.put("exhaustive", asked.getExhaustive());
        document.put("any", asked.getAnyOf());
        document.put("all", asked.getAllOf());
        document.put("none", asked.getNoneOf());
        document.put("until", info.leaseEnd());
        return document;
    }
}
