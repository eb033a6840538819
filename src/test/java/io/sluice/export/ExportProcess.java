package io.sluice.export;

import io.sluice.store.FileTree;
import io.sluice.store.FolderFileTree;
import java.io.IOException;
import java.nio.file.Path;

/** A process to be killed: exports, and ends without any clearing up, as after SIGKILL, before a given write is complete. */
final class ExportProcess {
    static final int KILLED = 137;

    private ExportProcess() {}

    /** @param arguments the dataset's folder, the export's, the layout, the number of the write that never ends */
    public static void main(String[] arguments) throws IOException {
        Path to = Path.of(arguments[1]);
        Layout layout = Layout.valueOf(arguments[2]);
        int last = Integer.parseInt(arguments[3]);
        FileTree files = new WatchedTree(new FolderFileTree(to), (path, number) -> {
            if (number == last) {
                Runtime.getRuntime().halt(KILLED);
            }
        });
        new Export(ExportTest.rex(Path.of(arguments[0]), true), to, files, ExportTest.options(layout)).run();
    }
}
