package io.sluice.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the videos among what a person names. */
final class VideoFiles {
    /** In a folder, files of other extensions are passed over; a file that is named is taken whatever it is called. */
    private static final Set<String> EXTENSIONS = Set.of(
            "mp4", "m4v", "mov", "mkv", "webm", "avi", "ts", "mts", "m2ts", "mpg", "mpeg", "vob", "wmv", "asf", "flv",
            "ogv", "ogg", "3gp", "3g2", "mxf", "gif");

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
                            .filter(VideoFiles::isVideo)
                            .sorted()
                            .toList();
                }
                if (found.isEmpty()) {
                    throw new UsageException("folder '" + input + "' has no videos; extensions looked for: "
                            + String.join(", ", EXTENSIONS.stream().sorted().toList()));
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

    /** Whether the name is that of a video; hidden and partial files are not. */
    static boolean isVideo(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return !name.startsWith(".")
                && dot > 0
                && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }
}
