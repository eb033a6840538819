package io.sluice.command;

import io.sluice.video.VideoNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds the videos among what a person names. In a folder, files of other extensions are passed over; a file that is named is
 * taken whatever it is called.
 */
final class VideoFiles {
    private VideoFiles() {}

    /**
     * @return in the order of the arguments, folders searched with all their subfolders in the order of the names
     * @throws UsageException if something is not there, or a folder has no videos
     */
    static List<Path> find(List<Path> inputs) throws IOException {
        List<Path> videos = new ArrayList<>();
        for (Path input : inputs) {
            if (Files.isDirectory(input)) {
                List<Path> found;
                try (Stream<Path> files = Files.walk(input)) {
                    found = files.filter(Files::isRegularFile)
                            .filter(file ->
                                    VideoNames.isVideo(file.getFileName().toString()))
                            .sorted()
                            .toList();
                }
                if (found.isEmpty()) {
                    throw new UsageException("folder '" + input + "' has no videos; extensions looked for: "
                            + String.join(", ", VideoNames.EXTENSIONS));
                }
                videos.addAll(found);
            } else if (Files.isReadable(input)) {
                videos.add(input);
            } else {
                throw new UsageException("video '" + input + "' is not there or cannot be read");
            }
        }
        return videos;
    }
}
