package io.sluice.store;

import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.InfrastructureException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Frame store in a folder: {@code <root>/<video>/<rendition>/<frame id>.jpg}, and beside the pictures {@code
 * embeddings/<model>/<frame id>.f32}. Files are written under another name and renamed, so that a reader and a restart after a
 * kill see a complete file or none.
 */
public final class FolderFrameStore implements FrameStore {
    private static final String EMBEDDINGS = "embeddings";

    private final Path root;

    public FolderFrameStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public ImageRef put(FrameId frame, String rendition, byte[] encoded, String mediaType, int width, int height) {
        ImageRef ref = reference(frame, rendition, encoded, mediaType, width, height);
        write(resolve(ref), encoded);
        return ref;
    }

    /** Under which key a picture lies in every store. */
    static ImageRef reference(
            FrameId frame, String rendition, byte[] encoded, String mediaType, int width, int height) {
        String extension = mediaType.equals(ImageRef.PNG) ? ".png" : ".jpg";
        String key = frame.value().substring(0, frame.value().indexOf('_')) + "/" + rendition + "/" + frame + extension;
        return new ImageRef(key, width, height, mediaType, encoded.length, sha256(encoded));
    }

    private static void write(Path target, byte[] bytes) {
        Path partial = target.resolveSibling("." + UUID.randomUUID() + ".partial");
        try {
            Files.createDirectories(target.getParent());
            try {
                Files.write(partial, bytes);
                Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                // gone if it was renamed, a rest otherwise
                Files.deleteIfExists(partial);
            }
        } catch (FileAlreadyExistsException e) {
            throw new InfrastructureException("frame store: a file is in the way of folder '" + e.getFile() + "'", e);
        } catch (IOException e) {
            throw new InfrastructureException("frame store: cannot write '" + target + "': " + e.getMessage(), e);
        }
    }

    @Override
    public byte[] get(ImageRef ref) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(resolve(ref));
        } catch (NoSuchFileException e) {
            throw new MissingImageException(ref, "not in the frame store");
        } catch (IOException e) {
            throw new InfrastructureException("frame store: cannot read '" + ref.key() + "': " + e.getMessage(), e);
        }
        if (bytes.length != ref.bytes()) {
            throw new MissingImageException(ref, bytes.length + " bytes are stored, " + ref.bytes() + " were put");
        }
        return bytes;
    }

    @Override
    public boolean has(ImageRef ref) {
        try {
            return Files.size(resolve(ref)) == ref.bytes();
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new InfrastructureException("frame store: cannot read '" + ref.key() + "': " + e.getMessage(), e);
        }
    }

    @Override
    public void putEmbedding(ImageRef picture, Fingerprint model, Embedding embedding) {
        Path picturePath = resolve(picture);
        write(
                picturePath.resolveSibling(EMBEDDINGS).resolve(model.value()).resolve(embeddingFile(picturePath)),
                embedding.toBytes());
    }

    @Override
    public Optional<Embedding> embedding(ImageRef picture, Fingerprint model) {
        Path picturePath = resolve(picture);
        Path file =
                picturePath.resolveSibling(EMBEDDINGS).resolve(model.value()).resolve(embeddingFile(picturePath));
        try {
            return Optional.of(Embedding.ofBytes(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            // A power cut can empty a file that was renamed; then it counts as not there, and is made again.
            return Optional.empty();
        } catch (IOException e) {
            throw new InfrastructureException("frame store: cannot read '" + file + "': " + e.getMessage(), e);
        }
    }

    private static String embeddingFile(Path picture) {
        String name = picture.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.')) + ".f32";
    }

    @Override
    public void delete(ImageRef ref) {
        Path picture = resolve(ref);
        Path embeddings = picture.resolveSibling(EMBEDDINGS);
        try {
            Files.deleteIfExists(picture);
            if (Files.isDirectory(embeddings)) {
                try (DirectoryStream<Path> models = Files.newDirectoryStream(embeddings)) {
                    for (Path model : models) {
                        Files.deleteIfExists(model.resolve(embeddingFile(picture)));
                    }
                }
            }
        } catch (IOException e) {
            throw new InfrastructureException("frame store: cannot delete '" + ref.key() + "': " + e.getMessage(), e);
        }
    }

    @Override
    public OptionalLong storedBytes() {
        if (!Files.isDirectory(root)) {
            return OptionalLong.of(0);
        }
        long[] bytes = {0};
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    bytes[0] += attributes.size();
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException fault) throws IOException {
                    // deleted or renamed since its folder was listed
                    if (fault instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw fault;
                }
            });
        } catch (IOException e) {
            throw new InfrastructureException("frame store: cannot read '" + root + "': " + e.getMessage(), e);
        }
        return OptionalLong.of(bytes[0]);
    }

    private Path resolve(ImageRef ref) {
        Path path = root.resolve(ref.key()).normalize();
        if (!path.startsWith(root)) {
            throw new MissingImageException(ref, "the key leaves the frame store");
        }
        return path;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
