package io.sluice.route;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Files that requests may name: those below the folders that are configured, links followed. Whether anything lies elsewhere is not
 * told: a request must not be a way of looking around.
 */
public final class FileLocation implements RequestedLocation {
    private final List<Path> folders;

    /** @param folders below which a request may name files; none for no file at all */
    public FileLocation(List<Path> folders) {
        this.folders = folders.stream()
                .map(folder -> folder.toAbsolutePath().normalize())
                .toList();
    }

    @Override
    public String scheme() {
        return "file";
    }

    @Override
    public String allowed() {
        return folders.isEmpty()
                ? "no file, as sluice.requests.folders is not set"
                : "a file below " + folders.stream().map(Path::toString).collect(Collectors.joining(" or below "));
    }

    @Override
    public Requested open(String location) throws RefusedException {
        Path named;
        try {
            named = Path.of(new URI(location));
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            throw new RefusedException("location", location, "a file URL, as in file:///videos/rex.mp4");
        }
        Path file = named.normalize();
        if (folders.stream().noneMatch(folder -> isBelow(file, folder))) {
            throw new RefusedException("location", location, allowed());
        }
        Optional<Path> real = real(file);
        if (real.isEmpty()) {
            throw new RefusedException("location", location, "a file that is there and can be read");
        }
        // A link may lead out of the folder.
        if (folders.stream()
                .map(FileLocation::real)
                .flatMap(Optional::stream)
                .noneMatch(folder -> isBelow(real.get(), folder))) {
            throw new RefusedException("location", location, allowed());
        }
        if (!Files.isRegularFile(real.get()) || !Files.isReadable(real.get())) {
            throw new RefusedException("location", location, "a file that is there and can be read");
        }
        return real::get;
    }

    private static boolean isBelow(Path file, Path folder) {
        return file.startsWith(folder) && !file.equals(folder);
    }

    private static Optional<Path> real(Path path) {
        try {
            return Optional.of(path.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
