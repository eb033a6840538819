package io.sluice.command;

import io.sluice.dataset.Report;
import java.io.PrintStream;
import java.util.function.Supplier;

/** Shows how far a dataset has come: a line that is drawn over on a terminal, a new line every few seconds otherwise. */
final class ProgressDisplay implements AutoCloseable {
    private static final int BAR = 24;
    private static final long TERMINAL_MILLIS = 500;
    private static final long PLAIN_MILLIS = 5000;

    private final PrintStream out;
    private final boolean terminal = Terminal.isThere();
    private long shownAt = System.currentTimeMillis();
    private String shown = "";

    ProgressDisplay(PrintStream out) {
        this.out = out;
    }

    /** Shows the report's state, if it is time to. */
    void show(Supplier<Report> report) {
        long now = System.currentTimeMillis();
        if (now - shownAt < (terminal ? TERMINAL_MILLIS : PLAIN_MILLIS)) {
            return;
        }
        shownAt = now;
        String line = line(report.get());
        if (line.equals(shown)) {
            return;
        }
        if (terminal) {
            out.print("\r" + line + " ".repeat(Math.max(0, shown.length() - line.length())));
            out.flush();
        } else {
            out.println(line);
        }
        shown = line;
    }

    private String line(Report report) {
        long ended = report.videos().stream()
                .filter(video ->
                        !video.status().equals("arrived") && !video.status().equals("extracting"))
                .count();
        StringBuilder line = new StringBuilder();
        int extracted = report.stages().get(0).frames();
        if (terminal) {
            // Frames pass four filters; the bar shows the share of that way which lies behind.
            int steps = 0;
            for (int i = 1; i <= 3; i++) {
                steps += report.stages().get(i).frames()
                        + report.stages().get(i - 1).rejected() * (4 - i);
            }
            int filled = extracted == 0 ? 0 : Math.min(BAR, steps * BAR / (extracted * 3));
            line.append('[')
                    .append("#".repeat(filled))
                    .append("-".repeat(BAR - filled))
                    .append("] ");
        }
        line.append("videos ").append(ended).append('/').append(report.videos().size());
        for (Report.Stage stage : report.stages()) {
            if (stage.frames() > 0) {
                line.append(" | ").append(stage.stage()).append(' ').append(stage.kept());
                if (stage.rejected() > 0) {
                    line.append(" (-").append(stage.rejected()).append(')');
                }
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        if (terminal && !shown.isEmpty()) {
            out.println();
        }
    }
}
