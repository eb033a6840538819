package io.sluice.export;

import io.sluice.frame.Detection;
import io.sluice.frame.FrameId;
import java.util.List;

/**
 * A picture of a finished dataset with what belongs to it.
 *
 * @param video SHA-256 of the video
 * @param time in seconds since the start of the stream
 * @param file in the dataset's folder, with {@code /}
 * @param folder name of the folder that it lies in: repeats, {@code _}, concept
 * @param caption one line that is not blank, as it stands in the dataset's file now
 * @param subjects instances of the target, in pixels of the picture
 */
public record Example(
        FrameId id, String video, double time, String file, String folder, String caption, List<Detection> subjects) {
    public Example {
        subjects = List.copyOf(subjects);
    }

    /** How often it is shown in an epoch. */
    public int repeats() {
        return Integer.parseInt(folder.substring(0, folder.indexOf('_')));
    }

    public String concept() {
        return folder.substring(folder.indexOf('_') + 1);
    }

    /** The same, shown so often in an epoch. */
    Example shown(int repeats) {
        return new Example(id, video, time, file, repeats + "_" + concept(), caption, subjects);
    }

    /** Of the picture's file, with the dot. */
    public String extension() {
        return file.substring(file.lastIndexOf('.'));
    }

    String name() {
        return id + extension();
    }
}
