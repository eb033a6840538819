package io.sluice.video;

import io.sluice.recipe.Recipe;
import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.opencv.global.opencv_core;

/**
 * The child's class path, found from where this process got its classes: a folder of classes under test, jars in Maven's
 * repository, or jars in a Quarkus application's {@code app} and {@code lib/main}. Only what the child needs is on it.
 */
final class DecoderClassPath {
    private DecoderClassPath() {}

    /** @throws IllegalStateException if a class comes from no file, or a library's natives are not found */
    static String find() {
        Set<Path> entries = new LinkedHashSet<>();
        entries.add(source(DecoderMain.class));
        entries.add(source(Recipe.class));
        // No class of these is initialised here: that would load the natives into this process.
        for (Class<?> library : List.of(Loader.class, avutil.class, opencv_core.class, openblas_nolapack.class)) {
            Path jar = source(library);
            entries.add(jar);
            entries.add(natives(library, jar));
        }
        return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static Path source(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            throw new IllegalStateException("decoder: " + type.getName() + " does not come from a file");
        }
        return file(source.getLocation());
    }

    /** The jar of a library's natives for this platform: beside the library's jar, or wherever its folder is found. */
    private static Path natives(Class<?> library, Path jar) {
        String platform = Loader.getPlatform();
        String name = jar.getFileName().toString().replaceFirst("\\.jar$", "-" + platform + ".jar");
        Path sibling = jar.resolveSibling(name);
        if (Files.exists(sibling)) {
            return sibling;
        }
        String[] words = library.getName().split("\\.");
        String folder = "org/bytedeco/" + (words[2].equals("javacpp") ? "javacpp" : words[2]) + "/" + platform + "/";
        URL found = library.getClassLoader().getResource(folder);
        if (found == null) {
            throw new IllegalStateException("decoder: no natives of " + words[2] + " for " + platform + ": neither '"
                    + sibling + "' nor '" + folder + "' on the class path is there");
        }
        try {
            return found.openConnection() instanceof JarURLConnection connection
                    ? file(connection.getJarFileURL())
                    : file(found);
        } catch (IOException e) {
            throw new IllegalStateException("decoder: natives of " + words[2] + " are not in a file: " + found, e);
        }
    }

    private static Path file(URL location) {
        try {
            return Path.of(new URI(location.toString().replace(" ", "%20"))).toAbsolutePath();
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new IllegalStateException("decoder: classes are not in a file but at " + location, e);
        }
    }
}
