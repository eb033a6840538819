package io.sluice.store;

import java.io.IOException;
import java.nio.file.Path;

/** Another process that wants a work folder: says whether it got it, and holds it until its input ends. */
final class WorkFolderProcess {
    private WorkFolderProcess() {}

    static final String OPENED = "opened";
    static final String REFUSED = "refused: ";

    public static void main(String[] arguments) throws IOException {
        try {
            WorkFolder.open(Path.of(arguments[0]));
            System.out.println(OPENED);
            System.in.read();
        } catch (IllegalStateException e) {
            System.out.println(REFUSED + e.getMessage());
        }
    }
}
