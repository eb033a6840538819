package io.sluice.command;

import io.sluice.sheet.ContactSheet;
import io.sluice.sheet.HtmlSheet;
import io.sluice.sheet.PngSheet;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Contact sheets as files. */
final class SheetFiles {
    private SheetFiles() {}

    /**
     * Writes {@code contact-sheet.html} and {@code contact-sheet.png}.
     *
     * @param folder is made if it is not there
     * @return the HTML file
     */
    static Path write(ContactSheet sheet, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path html = folder.resolve("contact-sheet.html");
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(html))) {
            HtmlSheet.write(sheet, file);
        }
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(folder.resolve("contact-sheet.png")))) {
            PngSheet.write(sheet, file);
        }
        return html;
    }
}
