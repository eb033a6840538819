package io.sluice.download;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What a disk can be at fault for, in words for a person. */
final class Disk {
    private Disk() {}

    /** @param file what could not be written */
    static DownloadException fault(Path file, IOException e) {
        String said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (said.contains("no space left") || said.contains("not enough space") || said.contains("quota")) {
            return new DownloadException(
                    "file '" + file
                            + "': the disk is full; make room, then run the command again: it goes on where it stopped",
                    e);
        }
        if (e instanceof AccessDeniedException || said.contains("permission denied") || said.contains("read-only")) {
            return new DownloadException(
                    "file '" + file + "': no permission to write there; choose another folder or change its owner", e);
        }
        String reason =
                e instanceof FileSystemException fault && fault.getReason() != null ? fault.getReason() : e.toString();
        return new DownloadException("file '" + file + "' cannot be written: " + reason, e);
    }

    /**
     * @param more bytes that are still to be written beside the file
     * @throws DownloadException if there is no room for them
     */
    static void demandRoom(Path file, long more) throws DownloadException {
        long free;
        try {
            free = Files.getFileStore(file.getParent()).getUsableSpace();
        } catch (IOException e) {
            throw fault(file, e);
        }
        if (free < more) {
            throw new DownloadException("file '" + file + "' needs " + Bytes.text(more) + " more, and its disk has "
                    + Bytes.text(free) + " free; make room or choose another folder");
        }
    }
}
