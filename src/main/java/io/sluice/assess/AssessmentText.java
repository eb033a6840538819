package io.sluice.assess;

import io.sluice.assess.Standing.Fate;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** An assessment as a person reads it on a terminal: plain letters, no colours, a line break at the end. */
public final class AssessmentText {
    private static final int BINS = 60;
    private static final int SUGGESTIONS = 6;

    private AssessmentText() {}

    /**
     * @param note a line on the state of the dataset; may be empty
     * @param whatIf other thresholds, if they were asked for
     * @param suggestions for a goal; empty if none was asked for, which differs from none having been found
     */
    public static String render(
            Assessment assessment, String note, Optional<WhatIf> whatIf, Optional<List<Suggestion>> suggestions) {
        StringBuilder text = new StringBuilder();
        Outlook outlook = assessment.outlook();
        text.append(assessment.dataset())
                .append(": ")
                .append(frames(outlook.count(Fate.KEPT)))
                .append(" kept of ")
                .append(outlook.standings().size())
                .append(" from ")
                .append(outlook.keptByVideo().size())
                .append(outlook.keptByVideo().size() == 1 ? " video" : " videos")
                .append(rest(outlook))
                .append('\n');
        if (!note.isEmpty()) {
            text.append(note).append('\n');
        }
        assessment.gauges().forEach(gauge -> gauge(gauge, text));
        reasons(outlook, text);
        whatIf.ifPresent(other -> whatIf(outlook, other, text));
        suggestions.ifPresent(found -> suggestions(found, text));
        return text.toString();
    }

    private static String rest(Outlook outlook) {
        List<String> words = new ArrayList<>();
        if (outlook.count(Fate.WAITS) > 0) {
            words.add(outlook.count(Fate.WAITS) + " not measured yet");
        }
        if (outlook.count(Fate.FAILED) > 0) {
            words.add(outlook.count(Fate.FAILED) + " failed");
        }
        return words.isEmpty() ? "" : " (" + String.join(", ", words) + ")";
    }

    private static void gauge(Gauge gauge, StringBuilder text) {
        if (gauge.distribution().isEmpty()) {
            return;
        }
        Distribution distribution = gauge.distribution().get();
        Scale scale = gauge.scale();
        text.append('\n')
                .append(scale.name())
                .append("  (")
                .append(scale.key())
                .append(
                        scale.threshold().isPresent()
                                ? ": " + scale.side().words + " "
                                        + number(scale.threshold().getAsDouble())
                                : ": none")
                .append(scale.note().isEmpty() ? "" : "; " + scale.note())
                .append(")\n");
        String low = number(distribution.quantile(0));
        String high = number(distribution.quantile(1));
        if (low.equals(high)) {
            text.append("  ")
                    .append(low)
                    .append(" for all ")
                    .append(distribution.count())
                    .append('\n');
            return;
        }
        text.append("  ")
                .append(low)
                .append(" |")
                .append(distribution.line(BINS))
                .append("| ")
                .append(high)
                .append('\n');
        if (scale.threshold().isPresent()) {
            double threshold = scale.threshold().getAsDouble();
            boolean inside = threshold >= distribution.quantile(0) && threshold <= distribution.quantile(1);
            int passing = passing(scale, distribution);
            text.append(" ".repeat(4 + low.length() + distribution.bin(threshold, BINS)))
                    .append(inside ? "^" : threshold < distribution.quantile(0) ? "<" : ">")
                    .append(' ')
                    .append(passing)
                    .append(" of ")
                    .append(distribution.count())
                    .append(" pass\n");
        }
        text.append(String.format(
                Locale.ROOT,
                "  5 %% %s   25 %% %s   median %s   75 %% %s   95 %% %s%n",
                number(distribution.quantile(0.05)),
                number(distribution.quantile(0.25)),
                number(distribution.quantile(0.5)),
                number(distribution.quantile(0.75)),
                number(distribution.quantile(0.95))));
    }

    private static int passing(Scale scale, Distribution distribution) {
        double threshold = scale.threshold().orElseThrow();
        return switch (scale.side()) {
            case AT_LEAST -> distribution.count() - distribution.below(threshold);
            case AT_MOST -> distribution.below(Math.nextUp(threshold));
            case BELOW -> distribution.below(threshold);
        };
    }

    private static void reasons(Outlook outlook, StringBuilder text) {
        if (outlook.reasons().isEmpty()) {
            return;
        }
        text.append("\nrejected\n");
        for (Outlook.Reason reason : outlook.reasons()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %6d  %-10s %s%n",
                    reason.frames(),
                    reason.stage().word(),
                    reason.word()));
        }
    }

    private static void whatIf(Outlook before, WhatIf other, StringBuilder text) {
        Outlook after = other.outlook();
        text.append("\nwhat if ")
                .append(settings(other.settings()))
                .append("\n  ")
                .append(frames(after.count(Fate.KEPT)))
                .append(" kept in place of ")
                .append(before.count(Fate.KEPT))
                .append(": ")
                .append(other.difference().promoted().size())
                .append(" come in, ")
                .append(other.difference().demoted().size())
                .append(" leave\n");
        if (!after.waiting().isEmpty()) {
            text.append("  and up to ")
                    .append(after.count(Fate.WAITS))
                    .append(" more, which have to be measured first: ")
                    .append(after.waiting().entrySet().stream()
                            .map(entry ->
                                    entry.getValue() + " by " + entry.getKey().word())
                            .collect(Collectors.joining(", ")))
                    .append('\n');
        }
        Map<String, int[]> counts = new TreeMap<>();
        before.reasons()
                .forEach(reason -> counts.computeIfAbsent(reason.word(), word -> new int[2])[0] += reason.frames());
        after.reasons()
                .forEach(reason -> counts.computeIfAbsent(reason.word(), word -> new int[2])[1] += reason.frames());
        counts.forEach((word, count) -> {
            if (count[0] != count[1]) {
                text.append(String.format(Locale.ROOT, "  %6d -> %-6d %s%n", count[0], count[1], word));
            }
        });
    }

    private static void suggestions(List<Suggestion> found, StringBuilder text) {
        text.append("\nsuggestions\n");
        if (found.isEmpty()) {
            text.append("  no single threshold comes nearer than what the recipe has\n");
        }
        for (Suggestion suggestion : found.subList(0, Math.min(SUGGESTIONS, found.size()))) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %5d kept  %s: %s%s%n",
                    suggestion.kept(),
                    settings(suggestion.settings()),
                    suggestion.words(),
                    suggestion.waiting() == 0 ? "" : "; up to " + suggestion.waiting() + " more once measured"));
        }
    }

    private static String settings(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(entry -> "--set " + entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
    }

    private static String frames(int count) {
        return count + (count == 1 ? " frame" : " frames");
    }

    /** Three decimals below 10, one below 1000, none above; whole numbers as they are. */
    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) >= 10) {
            return String.valueOf((long) value);
        }
        int decimals = Math.abs(value) < 10 ? 3 : Math.abs(value) < 1000 ? 1 : 0;
        return BigDecimal.valueOf(value)
                .setScale(decimals, RoundingMode.HALF_UP)
                .toPlainString();
    }
}
