package io.sluice.operations;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a PromQL expression names. Knows the parts of the language that the project's own expressions are written in. */
final class Expression {
    private static final Set<String> WORDS = Set.of(
            "by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "offset", "bool");
    private static final Pattern GROUPING = Pattern.compile("\\b(by|without|on|ignoring)\\s*\\(([^)]*)\\)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_:][A-Za-z0-9_:]*");

    private final String text;

    Expression(String text) {
        this.text = text.replaceAll("#.*", "");
    }

    /** Metrics, each as it is documented: a summary's count and sum are the summary. */
    Set<String> metrics() {
        // ranges, then matchers, then labels that are grouped by
        String bare = GROUPING.matcher(text.replaceAll("\\[[^]]*]", "").replaceAll("\\{[^}]*}", ""))
                .replaceAll("");
        Set<String> metrics = new TreeSet<>();
        Matcher name = NAME.matcher(bare.replaceAll("\\b[0-9][0-9.]*[a-z]*", " "));
        while (name.find()) {
            boolean isFunction = bare.substring(Math.min(
                            bare.length(),
                            bare.indexOf(name.group()) + name.group().length()))
                    .stripLeading()
                    .startsWith("(");
            if (!WORDS.contains(name.group()) && !isFunction) {
                metrics.add(name.group().replaceFirst("_seconds_(count|sum)$", "_seconds"));
            }
        }
        return metrics;
    }

    /** Labels in matchers: {@code {verdict="failed"}}. */
    Set<String> labels() {
        Set<String> labels = new TreeSet<>();
        Matcher matcher = Pattern.compile("([a-z]+)\\s*(=|!=|=~|!~)\\s*\"").matcher(text);
        while (matcher.find()) {
            labels.add(matcher.group(1));
        }
        return labels;
    }
}
