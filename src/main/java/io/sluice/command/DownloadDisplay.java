package io.sluice.command;

import io.sluice.download.Bytes;
import io.sluice.download.Progress;
import java.io.PrintWriter;
import java.util.OptionalLong;

/** Shows how far a download has come: a bar that is drawn over on a terminal, a line every few seconds otherwise. */
final class DownloadDisplay implements Progress {
    private static final int BAR = 30;
    private static final long TERMINAL_NANOS = 200_000_000L;
    private static final long PLAIN_NANOS = 5_000_000_000L;

    private final PrintWriter out;
    private final boolean terminal;
    private final String name;
    private final long start = System.nanoTime();
    private long startBytes = -1;
    private long shownAt = System.nanoTime();
    private int drawn;

    /** @param name of what is downloaded */
    DownloadDisplay(PrintWriter out, boolean terminal, String name) {
        this.out = out;
        this.terminal = terminal;
        this.name = name;
    }

    @Override
    public void at(long bytes, OptionalLong total) {
        if (startBytes < 0 || bytes < startBytes) {
            startBytes = bytes;
        }
        long now = System.nanoTime();
        boolean whole = total.isPresent() && bytes == total.getAsLong();
        if (now - shownAt < (terminal ? TERMINAL_NANOS : PLAIN_NANOS) && !(terminal && whole)) {
            return;
        }
        shownAt = now;
        String line = line(bytes, total, (now - start) / 1e9);
        if (terminal) {
            out.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
            out.flush();
            drawn = line.length();
        } else {
            out.println(line);
            out.flush();
        }
    }

    private String line(long bytes, OptionalLong total, double seconds) {
        StringBuilder line = new StringBuilder("  ");
        if (terminal && total.isPresent()) {
            int filled = (int) (BAR * bytes / Math.max(1, total.getAsLong()));
            line.append('[')
                    .append("#".repeat(filled))
                    .append("-".repeat(BAR - filled))
                    .append("] ");
        }
        line.append(name).append(' ').append(Bytes.text(bytes));
        if (total.isPresent()) {
            line.append(" of ").append(Bytes.text(total.getAsLong()));
        }
        long rate = (long) ((bytes - startBytes) / Math.max(seconds, 1e-3));
        return line.append(", ").append(Bytes.text(rate)).append("/s").toString();
    }

    @Override
    public void note(String line) {
        end();
        out.println("  " + line);
        out.flush();
    }

    /** Leaves the line that is drawn over. */
    void end() {
        if (drawn > 0) {
            out.println();
            out.flush();
            drawn = 0;
        }
    }
}
