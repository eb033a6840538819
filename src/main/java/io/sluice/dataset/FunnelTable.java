package io.sluice.dataset;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a person reads at the end of a run: a line per stage, then the videos that did not go well, and for a run that kept
 * nothing which step took the last frame and what would have kept some. Plain text, no colours, a line break at the end.
 */
public final class FunnelTable {
    private static final List<String> HEADER = List.of(
            "stage", "in", "kept", "rejected", "failed", "threshold", "lowest", "median", "best", "why rejected");
    private static final Set<Integer> LEFT = Set.of(0, 9);

    /** The recipe's key behind a reason. */
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("blurred", "blur.threshold"),
            Map.entry("blank", "blank.minLumaDeviation"),
            Map.entry("no-target", "detect.minConfidence (with detect.like minLikeness or minResemblance)"),
            Map.entry("small-target", "detect.minArea"),
            Map.entry("unaesthetic", "aesthetic.threshold"),
            Map.entry("removal-too-large", "inpaint.maxArea"),
            Map.entry("vetoed", "unpin, which takes a veto back"),
            Map.entry("too-small", "select.minSide"),
            Map.entry("too-narrow", "select.maxAspect"),
            Map.entry("blurred-for-video", "blur.threshold"),
            Map.entry("less-sharp", "blur.keepSharpest"),
            Map.entry("less-aesthetic", "aesthetic.keepBest"),
            Map.entry("near-duplicate", "select.similarity"),
            Map.entry("same-content", "select.cosine"),
            Map.entry("over-video-cap", "select.perVideo"),
            Map.entry("over-goal", "select.goal"),
            Map.entry("over-context-share", "detect.contextShare"));

    /** What these compare is a frame's place among others: another value of the key is not the score of a frame. */
    private static final Set<String> RELATIVE = Set.of(
            "vetoed",
            "blurred-for-video",
            "less-sharp",
            "less-aesthetic",
            "near-duplicate",
            "same-content",
            "over-video-cap",
            "over-goal",
            "over-context-share");

    private FunnelTable() {}

    /**
     * @param rejections of every stage, for the sentence on a run that kept nothing; may be empty, which makes it shorter
     */
    public static String render(Report report, List<Rejections> rejections) {
        StringBuilder text = new StringBuilder();
        text.append(headline(report)).append('\n');
        if (!report.stages().isEmpty()) {
            text.append('\n');
            table(report.stages()).forEach(line -> text.append(line).append('\n'));
        }
        List<String> videos = videos(report.videos());
        if (!videos.isEmpty()) {
            text.append('\n');
            videos.forEach(line -> text.append(line).append('\n'));
        }
        if (!report.warnings().isEmpty()) {
            text.append('\n');
            report.warnings()
                    .forEach(warning ->
                            text.append("  warning: ").append(warning).append('\n'));
        }
        if (report.kept() == 0) {
            text.append('\n').append(whyNothing(report, rejections)).append('\n');
        }
        return text.toString();
    }

    private static String headline(Report report) {
        int videos = report.videos().size();
        Map<String, Long> byStatus = report.videos().stream()
                .collect(Collectors.groupingBy(Report.Video::status, TreeMap::new, Collectors.counting()));
        String statuses = byStatus.size() == 1
                ? byStatus.keySet().iterator().next()
                : byStatus.entrySet().stream()
                        .map(e -> e.getValue() + " " + e.getKey())
                        .collect(Collectors.joining(", "));
        return report.dataset() + ": " + count(report.kept(), "frame") + " kept from " + count(videos, "video")
                + (videos == 0 ? "" : " (" + statuses + ")") + " in " + duration(report.seconds());
    }

    private static List<String> table(List<Report.Stage> stages) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        for (Report.Stage stage : stages) {
            Report.@Nullable Scores scores = stage.scores();
            rows.add(List.of(
                    stage.stage(),
                    Integer.toString(stage.frames()),
                    Integer.toString(stage.kept()),
                    blankZero(stage.rejected()),
                    blankZero(stage.failed()),
                    cell(stage.threshold()),
                    cell(scores == null ? null : scores.min()),
                    cell(scores == null ? null : scores.median()),
                    cell(scores == null ? null : scores.max()),
                    stage.reasons().entrySet().stream()
                            .sorted(Comparator.comparing((Map.Entry<String, Integer> e) -> -e.getValue()))
                            .map(e -> e.getValue() + " " + e.getKey())
                            .collect(Collectors.joining(", "))));
        }
        // A column that says nothing is left out.
        List<Integer> columns = IntStream.range(0, HEADER.size())
                .filter(c -> c < 3
                        || rows.stream()
                                .skip(1)
                                .map(row -> row.get(c))
                                .anyMatch(cell -> !cell.isEmpty() && !cell.equals("-")))
                .boxed()
                .toList();
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column : columns) {
                int width = rows.stream()
                        .mapToInt(r -> r.get(column).length())
                        .max()
                        .orElse(0);
                String pad = " ".repeat(width - row.get(column).length());
                line.append("  ").append(LEFT.contains(column) ? row.get(column) + pad : pad + row.get(column));
            }
            lines.add(line.toString().stripTrailing());
            if (lines.size() == 1) {
                int width = columns.stream()
                        .mapToInt(c -> 2
                                + rows.stream()
                                        .mapToInt(r -> r.get(c).length())
                                        .max()
                                        .orElse(0))
                        .sum();
                lines.add("  " + "-".repeat(width - 2));
            }
        }
        return lines;
    }

    private static List<String> videos(List<Report.Video> videos) {
        List<String> lines = new ArrayList<>();
        for (Report.Video video : videos) {
            if (video.status().equals("failed")) {
                lines.add("  failed: " + printable(video.source()) + ": "
                        + Objects.requireNonNullElse(video.reason(), "the reason is not known"));
            }
            for (String warning : video.warnings()) {
                lines.add("  warning: " + printable(video.source()) + ": " + warning);
            }
        }
        return lines;
    }

    private static String whyNothing(Report report, List<Rejections> rejections) {
        Report.@Nullable Stage last = null;
        for (Report.Stage stage : report.stages()) {
            if (stage.frames() > 0) {
                last = stage;
            }
        }
        if (last == null) {
            return report.videos().isEmpty()
                    ? "Nothing was kept: there was no video."
                    : "Nothing was kept: no frame was extracted from "
                            + count(report.videos().size(), "video") + ".";
        }
        if (last.kept() > 0) {
            boolean waiting = report.videos().stream().anyMatch(v -> v.status().equals("awaiting-review"));
            return "Nothing is in the dataset yet: " + count(last.kept(), "frame") + " passed " + last.stage()
                    + (waiting ? " and await review." : ".");
        }
        String stage = last.stage();
        StringBuilder sentence = new StringBuilder("Nothing was kept: ").append(stage);
        if (last.rejected() > 0) {
            sentence.append(" rejected ").append(all(last.rejected(), last.frames()));
            if (last.reasons().size() == 1) {
                sentence.append(" as ")
                        .append(last.reasons().keySet().iterator().next());
            }
        }
        if (last.failed() > 0) {
            sentence.append(last.rejected() > 0 ? " and" : "")
                    .append(" failed on ")
                    .append(all(last.failed(), last.frames()));
        }
        List<Rejections> causes = rejections.stream()
                .filter(r -> r.stage().equals(stage))
                .sorted(Comparator.comparing(Rejections::frames).reversed().thenComparing(Rejections::reason))
                .toList();
        for (int i = 0; i < causes.size(); i++) {
            sentence.append(i == 0 ? ": " : "; ");
            if (causes.size() > 1) {
                sentence.append(causes.get(i).frames())
                        .append(" as ")
                        .append(causes.get(i).reason())
                        .append(", ");
            }
            sentence.append(cause(causes.get(i)));
        }
        return sentence.append('.').toString();
    }

    private static String cause(Rejections cause) {
        String key = KEYS.getOrDefault(cause.reason(), cause.stage() + "'s threshold");
        if (RELATIVE.contains(cause.reason())) {
            return "see " + key;
        }
        boolean more = cause.closest() < cause.threshold();
        return key + " is " + exact(cause.threshold()) + ", the best frame has " + exact(cause.closest())
                + "; a value of " + exact(cause.closest()) + (more ? " or below" : " or above")
                + " would have kept some";
    }

    private static String all(int part, int whole) {
        if (part < whole) {
            return part + " of " + count(whole, "frame");
        }
        return whole == 1 ? "the only frame" : "all " + whole + " frames";
    }

    private static String count(int number, String noun) {
        return (number == 0 ? "no" : Integer.toString(number)) + " " + noun + (number == 1 ? "" : "s");
    }

    private static String blankZero(int number) {
        return number == 0 ? "-" : Integer.toString(number);
    }

    private static String cell(@Nullable Double score) {
        return score == null ? "-" : String.format(Locale.ROOT, Math.abs(score) < 100 ? "%.3f" : "%.0f", score);
    }

    /** To 1e-4, the precision in which scores are compared, with at least one decimal where it is no whole number. */
    private static String exact(double score) {
        BigDecimal rounded =
                BigDecimal.valueOf(score).setScale(4, RoundingMode.HALF_UP).stripTrailingZeros();
        return rounded.setScale(Math.max(rounded.scale(), Math.abs(score) < 100 ? 1 : 0), RoundingMode.HALF_UP)
                .toPlainString();
    }

    private static String duration(double seconds) {
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }

    /** A file's name may hold line breaks, and sequences that a terminal obeys. */
    private static String printable(String source) {
        return source.replaceAll("\\p{Cntrl}", "?");
    }
}
