package io.sluice.catalogue;

import java.nio.file.Path;
import java.util.List;

/** A process to be killed: writes to an embedded catalogue, and prints the number of each write that has returned. */
final class CatalogueProcess {
    private CatalogueProcess() {}

    static final String STAGE = "extract";

    static String subject(int number) {
        return "subject " + number;
    }

    public static void main(String[] arguments) {
        try (Catalogue catalogue = Catalogue.embedded(Path.of(arguments[0]))) {
            for (int i = 0; ; i++) {
                String subject = subject(i);
                catalogue.update(rows -> rows.attempts().begin(STAGE, List.of(subject), "killed", 0));
                System.out.println("acknowledged " + i);
            }
        }
    }
}
