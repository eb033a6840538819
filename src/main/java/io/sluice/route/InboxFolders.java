package io.sluice.route;

import java.nio.file.Path;

/**
 * The folders of continuous ingestion.
 *
 * @param inbox where a person drops videos; a subfolder is a dataset
 * @param accepted in the work folder: where a video lies while it is worked on
 * @param done where it goes when it is completed
 * @param failed where it goes, with a reason file, when it has failed
 */
public record InboxFolders(Path inbox, Path accepted, Path done, Path failed) {

    /** Whether the file came through the inbox and lies where work on it is done. */
    public boolean holds(Path file) {
        return file.toAbsolutePath()
                .normalize()
                .startsWith(accepted.toAbsolutePath().normalize());
    }
}
