package io.nearstream.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What an expression in Prometheus's language names: metrics with the labels that they must have,
 * and the labels that results are grouped by. Reads as much of the language as dashboard and alerts
 * use, and refuses what it does not know rather than pass over a name. Grafana's variables may
 * stand in quotes and in brackets. Immutable.
 *
 * @param selectors in the order of the expression
 * @param grouped labels in {@code by (...)}, of any part
 */
record PromQl(List<Selector> selectors, Set<String> grouped) {
    private static final Set<String> FUNCTIONS =
            Set.of(
                    "absent",
                    "avg",
                    "count",
                    "increase",
                    "max",
                    "min",
                    "rate",
                    "sum",
                    "timestamp",
                    "vector");

    private static final Set<String> OPERATORS = Set.of("and", "or", "unless");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s+|\"[^\"\\\\]*\"|\\[[^\\]]*\\]|[a-zA-Z_:][a-zA-Z0-9_:]*|[0-9.]+|=~|!~|!=|==|>=|<=|[-+*/(){},=<>]");

    /**
     * A metric, narrowed down.
     *
     * @param metric its name
     * @param matchers all of which must hold
     */
    record Selector(String metric, List<Matcher> matchers) {
        /** Whether a series is meant, as far as its labels can tell. */
        boolean selects(Map<String, String> labels, Set<String> addedLater) {
            return matchers.stream()
                    .allMatch(
                            matcher ->
                                    addedLater.contains(matcher.label())
                                            || matcher.admits(labels.get(matcher.label())));
        }
    }

    /** A condition on a label, with {@code =}, {@code !=}, {@code =~} or {@code !~}. */
    record Matcher(String label, String operator, String value) {
        /** Whether a label of that value is meant; null where a series has no such label. */
        private boolean admits(String actual) {
            if (actual == null) {
                return false; // Prometheus sees an empty one; here that is a slip in the name
            }
            if (value.contains("$")) {
                return true; // chosen by the reader
            }
            return switch (operator) {
                case "=" -> actual.equals(value);
                case "!=" -> !actual.equals(value);
                case "=~" -> actual.matches(value);
                default -> !actual.matches(value);
            };
        }
    }

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException when something in it is not understood
     */
    static PromQl of(String expression) {
        return new Reader(expression).read();
    }

    private static final class Reader {
        private final String expression;
        private final List<String> tokens = new ArrayList<>();
        private final List<Selector> selectors = new ArrayList<>();
        private final Set<String> grouped = new TreeSet<>();
        private int at;

        Reader(String expression) {
            this.expression = expression;
            int end = 0;
            for (MatchResult token : TOKEN.matcher(expression).results().toList()) {
                if (token.start() != end) {
                    break;
                }
                end = token.end();
                if (!token.group().isBlank()) {
                    tokens.add(token.group());
                }
            }
            if (end != expression.length()) {
                throw refused("'%s'".formatted(expression.substring(end)));
            }
        }

        PromQl read() {
            while (at < tokens.size()) {
                String token = tokens.get(at++);
                if (token.equals("by")) {
                    group();
                } else if (NAME.matcher(token).matches()) {
                    name(token);
                } else if (token.equals("{")) {
                    throw refused("a selector without a metric's name");
                }
            }
            return new PromQl(List.copyOf(selectors), grouped);
        }

        private void name(String name) {
            if (peek().equals("(") || peek().equals("by")) {
                if (!FUNCTIONS.contains(name) && !OPERATORS.contains(name)) {
                    throw refused("function '%s'".formatted(name));
                }
            } else if (!OPERATORS.contains(name)) {
                selectors.add(new Selector(name, matchers()));
                if (NAME.matcher(peek()).matches() && !OPERATORS.contains(peek())) {
                    throw refused("'%s' behind '%s'".formatted(peek(), name));
                }
            }
        }

        private List<Matcher> matchers() {
            List<Matcher> matchers = new ArrayList<>();
            if (peek().equals("{")) {
                at++;
                while (!peek().equals("}")) {
                    String label = next(NAME.pattern());
                    String operator = next("=~|!~|!=|=");
                    String value = next("\".*\"");
                    matchers.add(
                            new Matcher(label, operator, value.substring(1, value.length() - 1)));
                    if (!peek().equals("}")) {
                        next(",");
                    }
                }
                at++;
            }
            return matchers;
        }

        private void group() {
            next("\\(");
            while (!peek().equals(")")) {
                grouped.add(next(NAME.pattern()));
                if (!peek().equals(")")) {
                    next(",");
                }
            }
            at++;
        }

        private String peek() {
            return at < tokens.size() ? tokens.get(at) : "";
        }

        private String next(String pattern) {
            if (!peek().matches(pattern)) {
                throw refused("'%s', where %s was expected,".formatted(peek(), pattern));
            }
            return tokens.get(at++);
        }

        private IllegalArgumentException refused(String what) {
            return new IllegalArgumentException(
                    "%s is not understood in: %s".formatted(what, expression));
        }
    }
}
