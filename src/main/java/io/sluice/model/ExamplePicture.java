package io.sluice.model;

import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.image.ImageFormatException;
import io.sluice.onnx.ModelException;
import io.sluice.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Pictures that a recipe shows as examples. */
public final class ExamplePicture {
    private ExamplePicture() {}

    /**
     * The picture, upright.
     *
     * @throws ModelException if the file is gone, has another content than when the recipe was read, or is no picture
     */
    public static Image read(Recipe.Like example) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of(example.target()));
            String sha256 = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            if (!sha256.equals(example.sha256())) {
                throw new ModelException(
                        "example '" + example.target() + "' is another picture than when the recipe was"
                                + " read: expected SHA-256 " + example.sha256() + ", found " + sha256);
            }
            return ImageCodec.decodeUpright(bytes);
        } catch (IOException e) {
            throw new ModelException("example '" + example.target() + "' cannot be read: " + e, e);
        } catch (ImageFormatException e) {
            throw new ModelException("example '" + example.target() + "': " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
