package io.sluice.sheet;

import io.sluice.image.Image;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A page of frames in sections.
 *
 * @param subtitle a line below the title; may be empty
 */
public record ContactSheet(String title, String subtitle, List<Section> sections) {
    public ContactSheet {
        sections = List.copyOf(sections);
    }

    /**
     * @param note a line below the heading; may be empty
     * @param more frames of this section that are not shown
     */
    public record Section(String heading, String note, List<Cell> cells, int more) {
        public Section {
            cells = List.copyOf(cells);
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
