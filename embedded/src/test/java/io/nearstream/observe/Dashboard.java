package io.nearstream.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code observe/grafana/nearstream.json}. Immutable. */
final class Dashboard {
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*), *(\\w+)\\)");

    private final JsonNode root;

    private Dashboard(JsonNode root) {
        this.root = root;
    }

    /**
     * One curve or number.
     *
     * @param panel its title
     * @param text the expression as it is written
     * @param expression the same, read
     * @param legend what Grafana calls each series, labels in double braces
     */
    record Query(String panel, String text, PromQl expression, String legend) {}

    /**
     * Where a panel is, in columns of 24 and in rows.
     *
     * @param title of the panel
     */
    record Place(String title, int x, int y, int width, int height) {
        boolean overlaps(Place other) {
            return x < other.x + other.width
                    && other.x < x + width
                    && y < other.y + other.height
                    && other.y < y + height;
        }
    }

    static Dashboard read() throws IOException {
        return new Dashboard(
                new JsonMapper()
                        .readTree(MetricList.FOLDER.resolve("grafana/nearstream.json").toFile()));
    }

    JsonNode root() {
        return root;
    }

    /** All panels, rows among them. */
    List<JsonNode> panels() {
        List<JsonNode> panels = new ArrayList<>();
        root.get("panels").forEach(panels::add);
        return panels;
    }

    List<Place> places() {
        return panels().stream()
                .map(
                        panel -> {
                            JsonNode at = panel.get("gridPos");
                            return new Place(
                                    panel.get("title").asText(),
                                    at.get("x").asInt(),
                                    at.get("y").asInt(),
                                    at.get("w").asInt(),
                                    at.get("h").asInt());
                        })
                .toList();
    }

    /** What the panels ask. */
    List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (JsonNode panel : panels()) {
            for (JsonNode target : panel.path("targets")) {
                String text = target.get("expr").asText();
                queries.add(
                        new Query(
                                panel.get("title").asText(),
                                text,
                                PromQl.of(text),
                                target.get("legendFormat").asText()));
            }
        }
        return queries;
    }

    List<JsonNode> variables() {
        List<JsonNode> variables = new ArrayList<>();
        root.get("templating").get("list").forEach(variables::add);
        return variables;
    }

    /** What the choices of the variables are taken from. */
    List<Query> choices() {
        List<Query> choices = new ArrayList<>();
        for (JsonNode variable : variables()) {
            if (variable.get("type").asText().equals("query")) {
                String text = variable.get("query").get("query").asText();
                Matcher parts = LABEL_VALUES.matcher(text);
                if (!parts.matches()) {
                    throw new IllegalArgumentException("No choice of labels: " + text);
                }
                PromQl expression =
                        PromQl.of("max by (%s) (%s)".formatted(parts.group(2), parts.group(1)));
                choices.add(
                        new Query(variable.get("name").asText(), text, expression, "no legend"));
            }
        }
        return choices;
    }
}
