package io.nearstream.bench.compare;

import io.nearstream.bench.peer.SweepPoint;
import io.nearstream.bench.peer.SystemRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A report as one HTML page that needs nothing else: recall against queries per second and against
 * the median latency, each system a line, and the other figures as bars.
 */
public final class ComparePlot {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 420;
    private static final int MARGIN = 60;
    private static final int LEGEND = 170;
    private static final int BAR_STEP = 24;
    private static final int BAR_FROM = 150;
    private static final int BAR_LENGTH = 520;

    /** Told apart also by most who see fewer colours (Okabe, Ito 2008). */
    private static final List<String> COLOURS =
            List.of("#d55e00", "#e69f00", "#0072b2", "#009e73", "#666666", "#56b4e9", "#cc79a7");

    /** Above this a recall is drawn as if it were this: its distance to 1 has no logarithm. */
    private static final double RECALL_MOST = 0.9995;

    private static final int[] STEPS = {1, 2, 5};
    private static final double[] RECALL_TICKS = {0, .5, .7, .8, .9, .95, .98, .99, .995, .999};

    private final CompareReport report;

    private ComparePlot(CompareReport report) {
        this.report = report;
    }

    /** The page. */
    public static String html(CompareReport report) {
        return new ComparePlot(report).page();
    }

    private String page() {
        StringBuilder page = new StringBuilder();
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>")
                .append(escaped("Nearstream beside its peers: " + report.set()))
                .append("</title>\n<style>body{font:14px sans-serif;margin:2em;max-width:62em}")
                .append("svg text{font:12px sans-serif;fill:#333}</style></head><body>\n");
        page.append("<h1>").append(escaped(report.set())).append("</h1>\n");
        page.append("<p>")
                .append(
                        "recall@%d, medians over rounds: %d, processors: %d"
                                .formatted(
                                        report.k(), report.rounds(), report.machine().processors()))
                .append("</p>\n");
        curves(page, "Queries per second, saturated", SweepPoint::qps);
        curves(page, "p50 of one query at a time, ms", SweepPoint::p50Ms);
        bars(page, "Vectors per second until searchable", SystemRun::buildPerSecond);
        bars(page, "Bytes per vector", SystemRun::bytesPerVector);
        freshness(page);
        ratios(page);
        report.absent()
                .forEach(
                        (system, reason) ->
                                page.append("<p>")
                                        .append(escaped(system + " is absent: " + reason))
                                        .append("</p>\n"));
        return page.append("</body></html>\n").toString();
    }

    private void curves(StringBuilder page, String title, ToDoubleFunction<SweepPoint> figure) {
        double least = Double.MAX_VALUE;
        double most = 0;
        double lowest = 1;
        for (String system : report.runs().keySet()) {
            for (double[] point : report.curve(system, figure)) {
                least = Math.min(least, point[1]);
                most = Math.max(most, point[1]);
                lowest = Math.min(lowest, point[0]);
            }
        }
        if (!(most > 0)) {
            return;
        }
        Axes axes = new Axes(lowest, Math.log10(Math.max(least, 1e-6)), Math.log10(most));
        page.append("<h2>").append(escaped(title)).append("</h2>\n");
        page.append(svg(HEIGHT));
        axes.draw(page);
        int number = 0;
        for (String system : report.runs().keySet()) {
            curve(page, axes, system, figure, number++);
        }
        page.append("</svg>\n");
    }

    private void curve(
            StringBuilder page,
            Axes axes,
            String system,
            ToDoubleFunction<SweepPoint> figure,
            int number) {
        String colour = colour(system);
        List<String> places = new ArrayList<>();
        StringBuilder dots = new StringBuilder();
        for (double[] point : report.curve(system, figure)) {
            String x = coordinate(axes.x(point[0]));
            String y = coordinate(axes.y(point[1]));
            places.add(x + "," + y);
            dots.append(
                    "<circle cx=\"%s\" cy=\"%s\" r=\"4\" fill=\"%s\"><title>%s</title></circle>%n"
                            .formatted(
                                    x,
                                    y,
                                    colour,
                                    escaped(
                                            String.format(
                                                    Locale.ROOT,
                                                    "%s: recall %.4f, %,.3f",
                                                    system,
                                                    point[0],
                                                    point[1]))));
        }
        page.append(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n"
                        .formatted(String.join(" ", places), colour));
        page.append(dots);
        page.append(text(WIDTH - LEGEND + 20, MARGIN + BAR_STEP * number, "start", system, colour));
    }

    /** Where recalls and figures lie; recall is stretched towards 1, figures are logarithms. */
    private record Axes(double lowest, double least, double most) {
        double x(double recall) {
            double from = stretched(lowest);
            double share = (stretched(recall) - from) / (stretched(RECALL_MOST) - from);
            return MARGIN + share * (WIDTH - MARGIN - LEGEND);
        }

        double y(double figure) {
            double span = Math.max(most - least, 1e-9);
            double share = (Math.log10(Math.max(figure, 1e-6)) - least) / span;
            return HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN);
        }

        private static double stretched(double recall) {
            return -Math.log10(1 - Math.min(recall, RECALL_MOST));
        }

        void draw(StringBuilder page) {
            for (double tick : RECALL_TICKS) {
                if (tick >= lowest) {
                    line(page, x(tick), MARGIN, x(tick), HEIGHT - MARGIN);
                    page.append(
                            text(
                                    x(tick),
                                    HEIGHT - MARGIN + 18,
                                    "middle",
                                    Double.toString(tick),
                                    "#333"));
                }
            }
            for (int power = (int) Math.floor(least); power <= Math.floor(most); power++) {
                for (int step : STEPS) {
                    tick(page, step * Math.pow(10, power));
                }
            }
        }

        private void tick(StringBuilder page, double figure) {
            double log = Math.log10(figure);
            if (log >= least && log <= most) {
                double y = y(figure);
                line(page, MARGIN, y, WIDTH - LEGEND, y);
                String label = figure < 1 ? Double.toString(figure) : "%,.0f".formatted(figure);
                page.append(text(MARGIN - 6, y + 4, "end", label, "#333"));
            }
        }

        private static void line(StringBuilder page, double x1, double y1, double x2, double y2) {
            page.append(
                    "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"#ddd\"/>%n"
                            .formatted(
                                    coordinate(x1),
                                    coordinate(y1),
                                    coordinate(x2),
                                    coordinate(y2)));
        }
    }

    private void bars(StringBuilder page, String title, ToDoubleFunction<SystemRun> figure) {
        List<String> systems = new ArrayList<>(report.runs().keySet());
        systems.remove(Systems.SCAN); // keeps what it is given: beside it the others are no bars
        List<Double> medians =
                systems.stream()
                        .map(
                                system ->
                                        report.figure(system, figure)
                                                .value()
                                                .map(Spread::median)
                                                .orElse(0.0))
                        .toList();
        double most = medians.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        page.append("<h2>").append(escaped(title)).append("</h2>\n");
        page.append(svg(BAR_STEP * (systems.size() + 1)));
        for (int i = 0; i < systems.size(); i++) {
            int y = BAR_STEP * i + 6;
            double length = most > 0 ? BAR_LENGTH * medians.get(i) / most : 0;
            page.append(text(BAR_FROM - 8, y + 12, "end", systems.get(i), "#333"));
            page.append(
                    "<rect x=\"%d\" y=\"%d\" width=\"%s\" height=\"16\" fill=\"%s\"/>%n"
                            .formatted(BAR_FROM, y, coordinate(length), colour(systems.get(i))));
            page.append(
                    text(
                            BAR_FROM + length + 6,
                            y + 12,
                            "start",
                            String.format(Locale.ROOT, "%,.0f", medians.get(i)),
                            "#333"));
        }
        page.append("</svg>\n");
    }

    private void freshness(StringBuilder page) {
        Figure p50 = report.further(Systems.NEARSTREAM, Systems.FRESHNESS_P50);
        Figure p99 = report.further(Systems.NEARSTREAM, Systems.FRESHNESS_P99);
        if (p50.value().isPresent() && p99.value().isPresent()) {
            page.append(
                    String.format(
                            Locale.ROOT,
                            "<p>Freshness of nearstream: p50 %.1f ms, p99 %.1f ms</p>%n",
                            p50.value().get().median(),
                            p99.value().get().median()));
        }
    }

    private void ratios(StringBuilder page) {
        page.append("<h2>Ratios at recall ").append(ComparePlan.RECALL).append("</h2>\n<ul>\n");
        for (Map.Entry<String, Figure> ratio : report.ratios().entrySet()) {
            String value =
                    ratio.getValue()
                            .value()
                            .map(
                                    spread ->
                                            String.format(
                                                    Locale.ROOT,
                                                    "%.2f (%.2f to %.2f)",
                                                    spread.median(),
                                                    spread.least(),
                                                    spread.most()))
                            .orElseGet(() -> "none: " + ratio.getValue().reason().orElse(""));
            page.append("<li>").append(escaped(ratio.getKey() + ": " + value)).append("</li>\n");
        }
        page.append("</ul>\n");
    }

    private static String colour(String system) {
        return COLOURS.get(Math.max(0, Systems.ALL.indexOf(system)) % COLOURS.size());
    }

    private static String svg(int height) {
        return "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">%n"
                .formatted(WIDTH, height, WIDTH, height);
    }

    private static String text(double x, double y, String anchor, String text, String colour) {
        return "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" style=\"fill:%s\">%s</text>%n"
                .formatted(coordinate(x), coordinate(y), anchor, colour, escaped(text));
    }

    private static String coordinate(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
