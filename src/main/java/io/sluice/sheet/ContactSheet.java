package io.sluice.sheet;

import io.sluice.image.Image;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A page of frames in sections.
 *
 * @param subtitle a line below the title; may be empty
 * @param funnel how many frames were left after each step; may be empty
 * @param footer a line at the end; may be empty
 */
public record ContactSheet(String title, String subtitle, List<Step> funnel, List<Section> sections, String footer) {
    public ContactSheet {
        funnel = List.copyOf(funnel);
        sections = List.copyOf(sections);
    }

    /**
     * A step that frames pass.
     *
     * @param left frames that have passed it
     * @param lost frames that have not
     */
    public record Step(String name, int left, int lost) {}

    /** How large a section's frames are. */
    public enum Layout {
        /** To be looked at one by one. */
        LARGE(4),
        /** Each beside what it was before. */
        PAIRS(2),
        /** To see what they are. */
        SMALL(6);

        /** Cells in a row of the picture; a page fits in more or fewer. */
        final int columns;

        Layout(int columns) {
            this.columns = columns;
        }
    }

    /**
     * @param note a line below the heading; may be empty
     * @param more frames of this section that are not shown
     */
    public record Section(String heading, String note, Layout layout, List<Cell> cells, int more) {
        public Section {
            cells = List.copyOf(cells);
        }

        /** The line below the heading, with how many are not shown. */
        String notes() {
            String others = more == 0 ? "" : "and " + more + " more like these";
            return note.isEmpty() || others.isEmpty() ? note + others : note + "; " + others;
        }
    }

    /**
     * One frame.
     *
     * @param picture read when the sheet is drawn, one at a time, since a sheet's pictures do not fit into memory together
     * @param before the same frame before something was removed from it; empty where nothing was
     * @param text what is said of it: its caption, or why it was left out
     * @param facts short: its time, its scores
     */
    public record Cell(
            String frame, Supplier<Image> picture, Optional<Supplier<Image>> before, String text, String facts) {}
}
